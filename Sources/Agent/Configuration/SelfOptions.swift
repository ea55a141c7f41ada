package import Config

/// `agent`: how the agent speaks of itself.
package struct SelfOptions: ComponentOptions, Hashable {
    /// The levels that can be asked for.
    package enum Level: String, CaseIterable, Sendable {
        case trace, debug, info, notice, warning, error, critical
    }

    /// The styles that can be asked for.
    package enum Format: String, CaseIterable, Sendable {
        case auto, text, json
    }

    /// The least important level that is written.
    package let level: Level
    /// How a line of the log looks.
    package let format: Format
    /// How long a stop may take to deliver what is in hand.
    package let drainTimeout: Duration

    package init(from node: inout ConfigNode) throws(ConfigError) {
        self.level = node.choice(
            "log_level",
            default: .info,
            "The least important level of the agent's own log on standard error.",
        )
        self.format = node.choice(
            "log_format",
            default: .auto,
            "How the agent's log looks; auto is text on a terminal and json otherwise.",
        )
        self.drainTimeout = node.duration(
            "drain_timeout",
            default: .seconds(20),
            "How long SIGTERM waits for requests in flight and queues before the agent ends.",
        )
    }
}
