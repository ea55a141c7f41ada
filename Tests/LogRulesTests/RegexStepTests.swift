import LogRules
import Telemetry
import Testing

/// Named groups of a regular expression become fields.
@Suite struct RegexStepTests {
    private func run(_ yaml: String, _ line: String) throws -> StepBench.Seen {
        let worker = try StepBench.worker(RegexStep.self, yaml)
        return try #require(StepBench.run([worker], on: [line]).first)
    }

    @Test func namedGroupsBecomeFields() throws {
        let yaml =
            #"{pattern: '(?P<verb>GET|PUT) (\S+) (?<code>\d+)( (?P<more>.*))?$', numbers: [code]}"#
        let seen = try self.run(yaml, "10:00 GET /x 200")
        #expect(seen.fields == ["verb=GET", "code=200"])
        #expect(seen.forms == [.text, .json])
        // Zeros before a number make none in JSON.
        #expect(try self.run(yaml, "GET /x 0200").forms == [.text, .text])
        let failed = try self.run(yaml, "POST /x 200")
        #expect(failed.body == "POST /x 200")
        #expect(failed.flags == .unparsed)
    }

    @Test func theMessageReplacesTheBody() throws {
        let seen = try self.run(
            "{pattern: '^(?P<a>\\w+): (?P<msg>.*)', keep_body: false}",
            "x: y z",
        )
        #expect(seen.body == "y z")
        #expect(seen.fields == ["a=x"])
        #expect(try self.run("{pattern: '(?P<a>x)', keep_body: false}", "x").flags == .bodyless)
    }

    @Test func aFieldCanBeLookedAt() throws {
        let workers = [
            try StepBench.worker(JSONStep.self, "{}"),
            try StepBench.worker(RegexStep.self, #"{field: m, pattern: 'a\tb (?P<x>.)'}"#),
        ]
        let seen = StepBench.run(workers, on: [#"{"m":"a\tb \u00e9"}"#, "{}"])
        #expect(seen[0].fields.last == "x=é")
        #expect(seen[1].flags == .unparsed)
    }

    @Test func aPatternWithoutNamesIsAnError() {
        #expect(throws: (any Error).self) {
            try StepBench.worker(RegexStep.self, "pattern: '(a)'")
        }
    }
}
