import AgentTesting
import Codecs
import Config
import Logging
import Pipeline
import Telemetry
import Testing

/// How lines are joined: what may be said, and who is heard where several say something.
@Suite struct LogJoinOptionsTests {
    private func read(_ yaml: String) throws -> (options: LogJoinOptions?, errors: String) {
        let document = try ConfigDocument.parse(yaml)
        let (options, report) = ConfigLoader.read(from: document) { node throws(ConfigError) in
            try LogJoinOptions(from: &node)
        }
        return (options, "\(report)")
    }

    @Test func everyWayHasAName() throws {
        for way in LogJoinOptions.Way.allCases {
            let plan = try #require(try self.read("mode: \(way.rawValue)").options).plan
            #expect(plan?.mode == way.mode)
            #expect((plan == nil) == (way == .none))
        }
    }

    @Test func nothingSaidIsNothingJoined() throws {
        #expect(try #require(try self.read("{}").options).plan == nil)
        #expect(try #require(try self.read("max_lines: 10").options).plan == nil)
    }

    @Test func limitsAndExpressions() throws {
        let yaml = #"{start: '^\d', end: [x, y], max_lines: 7, max_bytes: 2KiB, timeout: 3s}"#
        let plan = try #require(try self.read(yaml).options?.plan)
        guard case .expressions(let expressions) = plan.mode else {
            Issue.record("\(plan.mode)")
            return
        }
        #expect(expressions.start.count == 1 && expressions.end.count == 2)
        #expect(expressions.continue.isEmpty && expressions.unfinished.isEmpty)
        #expect(plan.maxLines == 7 && plan.maxBytes == 2048 && plan.timeout == .seconds(3))
    }

    @Test(arguments: [
        ("mode: cobol", "mode"), ("{mode: java, start: x}", "mode"), ("start: '('", "start"),
        ("unfinished: [a, '[']", "unfinished"), ("max_lines: 1", "max_lines"),
        ("max_lines: 100001", "max_lines"), ("max_bytes: 1", "max_bytes"),
        ("max_bytes: 2MiB", "max_bytes"), ("timeout: 1ms", "timeout"), ("timeout: 61s", "timeout"),
        ("begin: x", "begin"),
    ])
    func whatCannotBeIsAnErrorThatNamesItsKey(_ yaml: String, _ key: String) throws {
        let (options, errors) = try self.read(yaml)
        #expect(options == nil)
        #expect(errors.contains(key), "\(errors)")
    }

    // MARK: Who is heard

    private let origin = LogOrigin(
        path: "/p/shop_web-1_uid-1/app/0.log",
        namespace: "shop",
        pod: "web-1",
        podUID: "uid-1",
        container: "app",
    )

    /// The plans of one container by rules as a file has them, with annotations on its pod.
    private func plans(
        _ rules: String,
        _ annotations: KeyValuePairs<String, String> = [:],
        hasAnnotations: Bool = true,
    ) throws -> (LogJoinPlans, unknown: String?) {
        let document = try ConfigDocument.parse("rules: \(rules)")
        let (options, report) = ConfigLoader.read(from: document) { node throws(ConfigError) in
            try LogsOptions(from: &node, types: LogsOptions.Types(sources: [], sinks: []))
        }
        let context = ComponentContext(
            nodeName: "node-1",
            stateDirectory: "/nonexistent",
            clock: ManualClock(),
            meters: Meters(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        )
        let built = try LogRules(
            try #require(options?.rules, "\(report)"),
            parsers: hasAnnotations ? [:] : nil,
            in: context,
        )
        var pod = PodObject(name: "web-1", namespace: "shop")
        pod.metadata.annotations = annotations.map { .init($0.key, $0.value) }
        return built.joining(of: built.treatment(of: self.origin, in: pod))
    }

    private static let java = JoinPlan.Mode.traces(.exceptions)
    private static let python = JoinPlan.Mode.traces(.python)

    @Test func theLastRuleThatSaysSomethingCounts() throws {
        let rules =
            "[{join: {mode: java, max_lines: 9}}, {steps: []}, {match: {streams: [stderr]}, "
            + "join: {mode: python}}, {match: {pods: [other]}, join: {mode: go}}]"
        let (plans, unknown) = try self.plans(rules)
        #expect(plans[.stdout]?.mode == Self.java && plans[.stdout]?.maxLines == 9)
        #expect(plans[.stderr]?.mode == Self.python && plans[.stderr]?.maxLines == 500)
        #expect(unknown == nil)
        let none = try self.plans("[{join: {mode: java}}, {join: {mode: none}}]")
        #expect(none.0.isEmpty)
    }

    @Test func theAnnotationWinsAndTheRulesLimitsStay() throws {
        let rules = "[{match: {streams: [stdout]}, join: {mode: java, max_lines: 9, timeout: 5s}}]"
        let (plans, _) = try self.plans(rules, ["martlet.dev/join": "python"])
        #expect(plans[.stdout]?.mode == Self.python && plans[.stderr]?.mode == Self.python)
        #expect(plans[.stdout]?.maxLines == 9 && plans[.stdout]?.timeout == .seconds(5))
        #expect(plans[.stderr]?.maxLines == 500)
        #expect(try self.plans(rules, ["martlet.dev/join": "none"]).0.isEmpty)
    }

    @Test func aContainersOwnAnnotationWins() throws {
        let annotations: KeyValuePairs = [
            "martlet.dev/join": "go", "martlet.dev/join-app": "java", "martlet.dev/join-x": "php",
        ]
        #expect(try self.plans("[]", annotations).0[.stdout]?.mode == Self.java)
    }

    @Test func anUnknownAnnotationLeavesTheRules() throws {
        let rules = "[{join: {mode: java}}]"
        let (plans, unknown) = try self.plans(rules, ["martlet.dev/join": "cobol"])
        #expect(plans[.stdout]?.mode == Self.java)
        #expect(unknown == "cobol")
    }

    @Test func annotationsThatAreNotLookedAtSayNothing() throws {
        let (plans, unknown) = try self.plans(
            "[]",
            ["martlet.dev/join": "cobol"],
            hasAnnotations: false,
        )
        #expect(plans.isEmpty && unknown == nil)
    }
}
