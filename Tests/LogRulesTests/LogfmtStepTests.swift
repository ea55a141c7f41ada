import LogRules
import Telemetry
import Testing

/// The pairs of a line become fields.
@Suite struct LogfmtStepTests {
    private func run(_ yaml: String, _ line: String) throws -> StepBench.Seen {
        let worker = try StepBench.worker(LogfmtStep.self, yaml)
        return try #require(StepBench.run([worker], on: [line]).first)
    }

    @Test func pairsBecomeFields() throws {
        let seen = try self.run("{}", #"level=info msg="a \"b\"" empty= q="" word x=1=2 y="z"#)
        #expect(
            seen.fields == [
                "level=info", #"msg=a \"b\""#, "empty=", "q=", "x=1=2", "y=\"z",
            ]
        )
        #expect(seen.forms[1] == .jsonString)
    }

    @Test func escapesThatAreNoneInJSONStay() throws {
        let seen = try self.run("{}", #"a="x\qy \" z" b=1"#)
        #expect(seen.fields == [#"a=x\qy \" z"#, "b=1"])
        #expect(seen.forms == [.text, .text])
    }

    @Test func theLastOfEqualKeysCounts() throws {
        #expect(try self.run("{}", "a=1 b=2 a=3").fields == ["a=3", "b=2"])
    }

    @Test func theMessageReplacesTheBody() throws {
        let seen = try self.run("keep_body: false", #"level=info msg="a\tb""#)
        #expect(seen.body == "a\tb")
        #expect(seen.fields == ["level=info"])
        #expect(try self.run("keep_body: false", "a=1").flags == .bodyless)
    }

    @Test(arguments: ["", "just words", "=1", "a =1", "\"a\"=1"])
    func aLineWithoutPairsIsKept(_ line: String) throws {
        let seen = try self.run("{}", line)
        #expect(seen.body == line)
        #expect(seen.flags == .unparsed)
    }

    @Test func tooManyPairsAreNotTaken() throws {
        let line = (0..<1001).map { "k\($0)=\($0)" }.joined(separator: " ")
        #expect(try self.run("{}", line).flags == .unparsed)
    }
}
