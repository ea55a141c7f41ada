package import Config

/// The section `disk_queue` of `queue_config`: what can't be sent for a while waits on disk.
package struct DiskQueueOptions: ComponentOptions, Hashable {
    /// What is sent first when the receiver is there again.
    package enum Order: String, CaseIterable, Sendable {
        /// Everything in the order it came: receivers that refuse older samples take it.
        case oldestFirst = "oldest_first"
        /// New samples at once and the backlog backwards: the receiver must take samples out of
        /// order.
        case newestFirst = "newest_first"
    }

    /// The most bytes on disk; 0 for no queue on disk.
    package var maxBytes = 1 << 30
    /// Samples that wait on disk longer than this are dropped; zero for no limit.
    package var maxAge = Duration.zero
    /// What is sent first.
    package var order = Order.oldestFirst
    /// How long a request may wait in memory before it is written to disk.
    package var spillAfter = Duration.seconds(5)

    /// The bytes of a segment file, unless a single request is larger.
    package static let segmentLimit = 4 << 20

    /// The defaults.
    package init() {}

    /// Reads the section.
    package init(from node: inout ConfigNode) throws(ConfigError) {
        self.maxBytes = node.size(
            "max_bytes",
            default: self.maxBytes,
            in: 0...1 << 50,
            "The most bytes on disk for this receiver, below state_dir; the oldest go first. "
                + "0 for no queue on disk.",
        )
        if self.maxBytes > 0, self.maxBytes < 1 << 20 {
            node.reject("max_bytes", expected: "0, or at least 1MiB")
        }
        self.maxAge = node.duration(
            "max_age",
            default: self.maxAge,
            "Drops samples that wait on disk longer than this; 0s for no limit.",
        )
        self.order = node.choice(
            "order",
            default: self.order,
            "What is sent first after an outage: with newest_first new samples go at once and the "
                + "backlog follows backwards, so the receiver must take samples out of order.",
        )
        self.spillAfter = node.duration(
            "spill_after",
            default: self.spillAfter,
            in: .milliseconds(100) ... .seconds(3600),
            "How long a request may wait in memory before it is written to disk.",
        )
    }
}
