import Pipeline
import Testing

@Suite struct CollectorFilterTests {
    private func filter(_ query: (String, String)...) throws -> CollectorFilter {
        try CollectorFilter(
            query: query.map { (name: $0.0, value: $0.1) },
            enabled: ["cpu", "meminfo"],
            disabled: ["wifi"],
        )
    }

    @Test func withoutAQueryEverythingRuns() throws {
        #expect(try self.filter() == .all)
        #expect(try self.filter(("name[]", "cpu")) == .all)
    }

    @Test func someCanBeAskedForOrLeftOut() throws {
        let only = try self.filter(("collect[]", "cpu"))
        #expect(only.includes("cpu") && !only.includes("meminfo"))
        let rest = try self.filter(("exclude[]", "cpu"), ("exclude[]", "nonsense"))
        #expect(!rest.includes("cpu") && rest.includes("meminfo"))
    }

    @Test(arguments: [
        ([("collect[]", "nonsense")], "missing collector: nonsense"),
        ([("collect[]", "cpu"), ("collect[]", "wifi")], "disabled collector: wifi"),
        ([("collect[]", "cpu"), ("exclude[]", "cpu")], "Combined collect and exclude"),
    ])
    func whatCanNotBeDoneIsRefused(_ query: [(String, String)], _ reason: String) {
        let rejection = #expect(throws: CollectorFilter.Rejection.self) {
            try CollectorFilter(
                query: query.map { (name: $0.0, value: $0.1) },
                enabled: ["cpu", "meminfo"],
                disabled: ["wifi"],
            )
        }
        #expect(rejection?.description.contains(reason) == true)
    }
}
