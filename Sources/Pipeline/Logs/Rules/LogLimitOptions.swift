package import Config

/// How much of each container, or of each namespace, is let through.
package struct LogLimitOptions: ComponentOptions, Hashable {
    /// Whose records share the limit.
    package enum Scope: String, Sendable, CaseIterable {
        /// Each container has its own.
        case container
        /// All containers of a namespace on this node share one.
        case namespace
    }

    /// Bytes of files a second, on average.
    package var bytesPerSecond: Int
    /// Bytes that may come at once.
    package var burst: Int
    /// Whose records share the limit.
    package var scope: Scope

    /// The burst where none is said: ten seconds' worth.
    private static let burstSeconds = 10

    package init(from node: inout ConfigNode) throws(ConfigError) {
        self.bytesPerSecond = node.size(
            "bytes_per_second",
            default: 1 << 20,
            in: 1...(1 << 40),
            "Bytes of log files a second on average; what is above is left out and counted.",
        )
        self.burst = node.size(
            "burst",
            default: self.bytesPerSecond * Self.burstSeconds,
            in: 1...(1 << 44),
            "Bytes that may come at once; ten seconds' worth if absent.",
        )
        self.scope = node.choice(
            "per",
            default: .container,
            "Whether each container has the limit, or all of a namespace on this node share it.",
        )
    }
}
