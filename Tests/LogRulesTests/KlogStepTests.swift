import LogRules
import Telemetry
import Testing

/// Lines of Kubernetes's own programs.
@Suite struct KlogStepTests {
    private func run(_ yaml: String, _ line: String) throws -> StepBench.Seen {
        let worker = try StepBench.worker(KlogStep.self, yaml)
        return try #require(StepBench.run([worker], on: [line]).first)
    }

    @Test func aLineIsTakenApart() throws {
        let line = "W1123 01:30:05.123456       7 reflector.go:539] failed to list: a[1]"
        let seen = try self.run("{}", line)
        #expect(
            seen.fields == [
                "thread=7", "file=reflector.go", "line=539", "message=failed to list: a[1]",
            ]
        )
        #expect(seen.severity == LogSeverity.warning.rawValue)
        #expect(seen.time == 0)
        #expect(seen.body == line)
    }

    @Test func structuredLinesGiveTheirPairs() throws {
        let line =
            #"I0102 03:04:05.000001    1234 kubelet.go:2000] "SyncLoop \"ADD\"" pods=["a/b"] x="y z""#
        let seen = try self.run("keep_body: false", line)
        #expect(seen.body == #"SyncLoop "ADD""#)
        #expect(seen.fields.suffix(2) == [#"pods=["a/b"]"#, "x=y z"])
    }

    @Test func theTimeIsTakenOnDemand() throws {
        let line = "E0101 00:00:01.500000       1 a.go:1] x"
        #expect(try self.run("time: true", line).time == 1_500_000_000)
        let impossible = "E0230 00:00:01.500000       1 a.go:1] x"
        #expect(try self.run("time: true", impossible).flags == .unparsed)
    }

    @Test(arguments: [
        "", "X1123 01:30:05.123456       7 a.go:1] x", "I1123 01:30:05 7 a.go:1] some more words",
        "I1123 01:30:05.123456       7 a.go] some words",
        "I1123 01:30:05.123456       7 a.go:1 x yz",
    ])
    func otherLinesAreKept(_ line: String) throws {
        let seen = try self.run("{}", line)
        #expect(seen.flags == .unparsed)
        #expect(seen.severity == 0)
    }
}
