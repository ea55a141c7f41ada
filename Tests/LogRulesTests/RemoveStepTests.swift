import LogRules
import Telemetry
import Testing

/// Fields are taken away by name.
@Suite struct RemoveStepTests {
    private static let line = #"{"a":1,"ab":2,"b":3,"http.x.y":4}"#

    private func left(_ yaml: String) throws -> [String] {
        let json = try StepBench.worker(JSONStep.self, "{}")
        let step = try StepBench.worker(RemoveStep.self, yaml)
        return try #require(StepBench.run([json, step, step], on: [Self.line]).first).fields
    }

    @Test func names() throws {
        #expect(try self.left("fields: [b, missing]") == ["a=1", "ab=2", "http.x.y=4"])
        #expect(try self.left("fields: ['a*']") == ["b=3", "http.x.y=4"])
        #expect(try self.left("fields: ['http.*.y', '*b']") == ["a=1"])
        #expect(try self.left("fields: ['*']") == [])
        #expect(try self.left("{fields: [a, b], others: true}") == ["a=1", "b=3"])
    }

    @Test func twoStarsAreAnError() {
        #expect(throws: (any Error).self) {
            try StepBench.worker(RemoveStep.self, "fields: ['a*b*']")
        }
    }
}
