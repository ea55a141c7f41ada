package import Config

/// How much of each container, or of each namespace, is let through.
///
/// Time is that of the records: what was written in a window of time has a budget, whenever it is
/// read. So records that waited for a sink to come back are not left out for coming all at once, and
/// every sink gets the same.
package struct LogLimitOptions: ComponentOptions, Hashable {
    /// Whose records share the limit.
    package enum Scope: String, Sendable, CaseIterable {
        /// Each container has its own.
        case container
        /// All containers of a namespace on this node share one.
        case namespace
    }

    /// Bytes of files a second, on average over a window.
    package var bytesPerSecond: Int
    /// The time over which is averaged.
    package var window: Duration
    /// Whose records share the limit.
    package var scope: Scope

    package init(from node: inout ConfigNode) throws(ConfigError) {
        self.bytesPerSecond = node.size(
            "bytes_per_second",
            default: 1 << 20,
            in: 1...(1 << 40),
            "Bytes of log files a second; records above are left out, counted and told of.",
        )
        self.window = node.duration(
            "window",
            default: .seconds(10),
            in: .seconds(1)...(.seconds(3600)),
            "Over which time is averaged: so many seconds' worth may come at once.",
        )
        self.scope = node.choice(
            "per",
            default: .container,
            "Whether each container has the limit, or all of a namespace on this node share it.",
        )
    }

    /// A limit of one scope.
    package init(bytesPerSecond: Int, window: Duration, per scope: Scope) {
        self.bytesPerSecond = bytesPerSecond
        self.window = window
        self.scope = scope
    }

    /// The most bytes of one window.
    var budget: Int {
        let (product, isOver) = self.bytesPerSecond.multipliedReportingOverflow(
            by: Int(self.window.components.seconds)
        )
        return isOver ? .max : product
    }
}
