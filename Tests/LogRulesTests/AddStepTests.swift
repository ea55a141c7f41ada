import LogRules
import Telemetry
import Testing

/// Records get further fields.
@Suite struct AddStepTests {
    @Test func fieldsAreAddedOrReplaced() throws {
        let json = try StepBench.worker(JSONStep.self, "{}")
        let add = try StepBench.worker(AddStep.self, "fields: {a: x, cluster: prod}")
        let gentle = try StepBench.worker(AddStep.self, "{fields: {a: y, b: z}, replace: false}")
        let seen = StepBench.run([json, gentle, add, add], on: [#"{"a":1}"#, #"{"b":2}"#])
        #expect(seen[0].fields == ["a=x", "b=z", "cluster=prod"])
        #expect(seen[0].forms == [.text, .text, .text])
        #expect(seen[1].fields == ["b=2", "a=x", "cluster=prod"])
    }

    @Test func aRecordCanBeFull() throws {
        let wide = "{" + (0..<1000).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}"
        let json = try StepBench.worker(JSONStep.self, "{}")
        let add = try StepBench.worker(AddStep.self, "fields: {a: x}")
        let seen = try #require(StepBench.run([json, add], on: [wide]).first)
        #expect(seen.fields.count == 1000)
        #expect(seen.flags == .unparsed)
    }
}
