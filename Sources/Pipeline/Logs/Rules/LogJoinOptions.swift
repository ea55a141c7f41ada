package import Codecs
package import Config
import Patterns

/// How lines that belong together, such as those of a stack trace, become one record.
package struct LogJoinOptions: ComponentOptions, Hashable {
    /// The ways that have names.
    package enum Way: String, Sendable, CaseIterable {
        case none, auto, java, python, go, ruby, php, dotnet, javascript, rust

        /// What that means; nil where every line is a record.
        package var mode: JoinPlan.Mode? {
            switch self {
            case .none: nil
            case .auto: .automatic
            case .java, .dotnet: .traces(.exceptions)
            case .python: .traces(.python)
            case .go: .traces(.go)
            case .ruby: .traces(.ruby)
            case .php: .traces(.php)
            case .javascript: .traces(.javascript)
            case .rust: .traces(.rust)
            }
        }
    }

    /// How lines are joined; nil where every line is a record.
    package var plan: JoinPlan?

    package init(from node: inout ConfigNode) throws(ConfigError) {
        let isNamed = node.isPresent("mode")
        let way = node.choice(
            "mode",
            default: Way.none,
            "Whose stack traces are joined; `auto` finds that out, and what records begin with.",
        )
        var expressions = JoinExpressions()
        expressions.start = Self.patterns(
            &node,
            "start",
            "Expressions of lines that begin a record; the others go on.",
        )
        expressions.continue = Self.patterns(
            &node,
            "continue",
            "Expressions of lines that go on with the record before; the others begin one.",
        )
        expressions.end = Self.patterns(
            &node,
            "end",
            "Expressions of lines that end a record.",
        )
        expressions.unfinished = Self.patterns(
            &node,
            "unfinished",
            "Expressions of lines that the next one goes on with, such as `\\\\$`.",
        )
        if isNamed, !expressions.isEmpty {
            node.reject(
                "mode",
                because: "it excludes expressions",
                remedy: "leave one of them out",
            )
        }
        let mode = expressions.isEmpty ? way.mode : .expressions(expressions)
        let plan = Self.limited(JoinPlan(mode ?? .automatic), &node)
        self.plan = mode == nil ? nil : plan
    }

    private static func patterns(
        _ node: inout ConfigNode,
        _ key: String,
        _ summary: String,
    ) -> [Pattern] {
        node.list(key, of: .pattern(anchored: false), orSingle: true, summary)
    }

    private static func limited(_ defaults: JoinPlan, _ node: inout ConfigNode) -> JoinPlan {
        var plan = defaults
        plan.maxLines = node.int(
            "max_lines",
            default: plan.maxLines,
            in: 2...100_000,
            "The most lines of one record; further ones make another.",
        )
        plan.maxBytes = node.size(
            "max_bytes",
            default: plan.maxBytes,
            in: 1024...(1 << 20),
            "The most bytes of one record; further lines make another.",
        )
        plan.timeout = node.duration(
            "timeout",
            default: plan.timeout,
            in: .milliseconds(10)...(.seconds(60)),
            "How long further lines are waited for.",
        )
        return plan
    }
}
