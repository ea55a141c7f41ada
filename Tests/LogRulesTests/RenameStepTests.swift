import LogRules
import Telemetry
import Testing

/// Fields get other names, and every name is there once.
@Suite struct RenameStepTests {
    @Test func namesAreReplacedInOrder() throws {
        let step = try StepBench.worker(RenameStep.self, "fields: {a: b, c: a, missing: x}")
        let json = try StepBench.worker(JSONStep.self, "{}")
        let seen = StepBench.run([json, step, step], on: [#"{"a":1,"b":2,"c":3}"#, "{}"])
        // The first pass makes {b: 1, a: 3}, the second one {b: 3}.
        #expect(seen[0].fields == ["b=3"])
        #expect(seen[1].fields == [])
    }
}
