import LogRules
import Pipeline
import Telemetry
import Testing

/// Which records go through.
@Suite struct FilterStepTests {
    private static let lines = [
        #"{"level":"error","status":500,"path":"/a"}"#,
        #"{"level":"info","status":200,"path":"/b"}"#,
        #"{"level":"debug","path":"\u002fc"}"#, "plain text",
    ]

    /// The numbers of the lines that a `keep` step keeps; a `drop` step must keep the others.
    private func kept(_ yaml: String) throws -> [Int] {
        let before: [any LogStepWorker] = [
            try StepBench.worker(JSONStep.self, "{}"),
            try StepBench.worker(SeverityStep.self, "scan_body: false"),
        ]
        let keep = try StepBench.worker(KeepStep.self, yaml)
        let drop = try StepBench.worker(DropStep.self, yaml)
        let kept = StepBench.run(before + [keep], on: Self.lines).map(\.body)
        let others = StepBench.run(before + [drop], on: Self.lines).map(\.body)
        #expect(Set(kept).union(others) == Set(Self.lines) && kept.count + others.count == 4)
        return kept.compactMap(Self.lines.firstIndex)
    }

    @Test(arguments: [
        ("body_contains: status", [0, 1]), ("body_matches: '^pl.*t$'", [3]),
        ("field: path", [0, 1, 2]), ("{field: path, equals: /c}", [2]),
        ("{field: status, equals: ['200', '404']}", [1]),
        ("{field: path, matches: '^/[ac]'}", [0, 2]),
        ("severity: info", [0, 1]), ("severity_below: error", [1, 2]),
        ("{field: path, not: true}", [3]), ("{severity: error, field: nothing}", []),
        ("any: [{severity: error}, {body_contains: plain}]", [0, 3]),
        ("all: [{field: level}, {field: status, not: true}]", [2]),
        (
            "{body_contains: level, any: [{field: path, equals: /a}, {field: path, equals: /b}]}",
            [0, 1],
        ),
    ])
    func conditions(_ yaml: String, _ expected: [Int]) throws {
        #expect(try self.kept(yaml) == expected)
    }

    @Test(arguments: [
        "{}", "equals: x", "any: [{}]", "body_matches: '('", "{field: a, severity: loud}",
        "not: true",
    ])
    func aConditionThatMeansNothingIsAnError(_ yaml: String) {
        #expect(throws: (any Error).self) { try StepBench.worker(DropStep.self, yaml) }
    }
}
