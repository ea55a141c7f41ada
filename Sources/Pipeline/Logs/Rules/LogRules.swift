package import Codecs
package import Config
package import Telemetry

/// The rules of a configuration, built.
package struct LogRules: Sendable {
    /// A rule with its steps.
    struct Rule: Sendable {
        let name: String
        let match: LogRuleMatch
        let join: LogJoinOptions?
        let limit: LogLimitOptions?
        let steps: [(type: String, step: any LogStep)]
    }

    let rules: [Rule]
    /// Steps that annotations may name, by these names.
    let parsers: [String: any LogStep]
    let hasAnnotations: Bool
    private(set) var meters: Meters

    /// Whether nothing is ever to be done.
    package var isEmpty: Bool { self.rules.isEmpty && !self.hasAnnotations }

    /// Builds the steps.
    ///
    /// `parsers` are what annotations may name; nil where they are not to be looked at.
    package init(
        _ rules: [LogRuleOptions],
        parsers: [String: LogComponent<any LogStep>]?,
        in context: ComponentContext,
    ) throws(ConfigError) {
        var built: [Rule] = []
        for rule in rules {
            var steps: [(String, any LogStep)] = []
            for step in rule.steps { steps.append((step.type, try step.make(context))) }
            built.append(
                Rule(
                    name: rule.name,
                    match: rule.match,
                    join: rule.join,
                    limit: rule.limit,
                    steps: steps,
                )
            )
        }
        var named: [String: any LogStep] = [:]
        for (name, parser) in parsers ?? [:] { named[name] = try parser.make(context) }
        self.rules = built
        self.parsers = named
        self.hasAnnotations = parsers != nil
        self.meters = context.meters
    }

    /// The same rules, counting elsewhere.
    func counting(in meters: Meters) -> LogRules {
        var rules = self
        rules.meters = meters
        return rules
    }

    /// What is to be done with the records of `origin`; `pod` is nil where it isn't known.
    package func treatment(of origin: LogOrigin, in pod: PodObject?) -> LogTreatment {
        var treatment = LogTreatment()
        treatment.rules = self.rules.indices.filter {
            self.rules[$0].match.selects(origin, in: pod)
        }
        if self.hasAnnotations, let pod {
            treatment.directives = LogDirectives(of: pod, container: origin.container)
        }
        return treatment
    }
}
