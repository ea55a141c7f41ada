import LogRules
import Telemetry
import Testing

/// How grave a record is, from its fields or its text.
@Suite struct SeverityStepTests {
    private func run(_ yaml: String, _ line: String, json: Bool = true) throws -> StepBench.Seen {
        var workers = [try StepBench.worker(SeverityStep.self, yaml)]
        if json { workers.insert(try StepBench.worker(JSONStep.self, "{}"), at: 0) }
        return try #require(StepBench.run(workers, on: [line]).first)
    }

    @Test(arguments: [
        (#"{"level":"info"}"#, 9), (#"{"level":"WARNING"}"#, 13), (#"{"lvl":"err"}"#, 17),
        (#"{"severity":"EMERGENCY"}"#, 21), (#"{"level":"dpanic"}"#, 18),
        (#"{"level":"FINE"}"#, 6),
        (#"{"level":30}"#, 9), (#"{"level":60}"#, 21), (#"{"PRIORITY":"3"}"#, 17),
        (#"{"level":7}"#, 5), (#"{"log.level":"trace"}"#, 1), (#"{"level":"Informational"}"#, 9),
        (#"{"Level":"fatal","level":"debug"}"#, 5), (#"{"level":99,"x":1}"#, 0),
        (#"{"level":"whatever"}"#, 0), (#"{"x":{"level":"error"}}"#, 17),
    ])
    func fieldsSay(_ line: String, _ severity: UInt8) throws {
        #expect(try self.run("{}", line).severity == severity)
    }

    @Test(arguments: [
        ("ERROR something failed", 17), ("[Warn] x", 13), ("no levels here", 0), ("informal", 0),
        ("terror: x", 0), ("err: x", 17), ("2026 debug, then error", 5), ("x=fatal y", 21),
        ("level=warn msg=\"an error\"", 13), (#"{"msg":"error","level":"info"}"#, 9),
        (#"{"msg":"all fine"}"#, 0), ("a:info", 0), ("critical!", 18), ("trace|x", 1),
    ])
    func theTextSays(_ line: String, _ severity: UInt8) throws {
        #expect(try self.run("{}", line, json: false).severity == severity)
        #expect(try self.run("scan_body: false", line, json: false).severity == 0)
    }

    @Test func theProgramsOwnWordIsKept() throws {
        let field = try self.run("{}", #"{"level":"WARN"}"#)
        #expect(field.fields == ["level=WARN"])
        #expect(field.roles == [.severity])
        let text = try self.run("{}", "x WARNING y", json: false)
        #expect(text.fields == ["severity=WARNING"])
        #expect(text.roles == [.severity])
        #expect(try self.run("{}", "x warn y", json: false).fields == [])
    }

    @Test func whatIsKnownStaysUnlessItIsToBeReplaced() throws {
        let klog = "I0102 03:04:05.000001    1234 a.go:1] error"
        func severity(_ yaml: String) throws -> UInt8? {
            StepBench.run(
                [
                    try StepBench.worker(KlogStep.self, "{}"),
                    try StepBench.worker(SeverityStep.self, yaml),
                ],
                on: [klog],
            ).first?.severity
        }
        #expect(try severity("{}") == 9)
        #expect(try severity("replace: true") == 17)
    }
}
