package import Config

/// One entry of `logs.rules`: which records, and what is done with them in order.
package struct LogRuleOptions: Sendable {
    /// What counters call the rule.
    package var name: String
    /// Which records it is for.
    package var match = LogRuleMatch()
    /// How lines are joined to records, unless an annotation says so; nil leaves that to rules before.
    package var join: LogJoinOptions?
    /// How much of a container or namespace is let through; nil for all.
    package var limit: LogLimitOptions?
    /// What is done with each record.
    package var steps: [LogComponent<any LogStep>] = []

    /// Reads an entry; `place` counts from 1, and names it where it has no name.
    package init(
        from node: inout ConfigNode,
        steps: [ConfigVariant<LogComponent<any LogStep>>],
    ) throws(ConfigError) {
        self.name =
            node.string("name", "What counters call the rule; its line if absent.")
            ?? "line-\(node.location.line)"
        self.match = try node.section(
            "match",
            LogRuleMatch.self,
            "Which records; all that is said must be so.",
        )
        self.join = node.optionalSection(
            "join",
            LogJoinOptions.self,
            "How lines that belong together become one record.",
        )
        self.limit = node.optionalSection(
            "limit",
            LogLimitOptions.self,
            "How much is let through.",
        )
        self.steps = node.variants("steps", by: "type", of: steps, "What is done, in order.")
    }
}

extension ConfigVariant where Value == LogComponent<any LogStep> {
    /// A type of step that users may name.
    package static func step<Step: LogStep>(
        _ type: Step.Type,
        _ summary: String,
    ) -> ConfigVariant {
        ConfigVariant(Step.name.rawValue, summary) { node throws(ConfigError) in
            let name = Step.name.rawValue
            let options = try Step.Options(from: &node)
            return LogComponent(name: name, type: name, location: node.location) {
                context throws(ConfigError) in try Step(options, in: context)
            }
        }
    }
}
