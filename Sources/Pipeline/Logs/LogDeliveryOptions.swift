package import Config

/// How a sink's records are batched and retried; the same keys for every sink.
package struct LogDeliveryOptions: Sendable, Hashable {
    /// A request is sent when it has about so many bytes.
    package var maxRequestBytes = 4 << 20
    /// A request is sent when its first record has waited so long.
    package var flushInterval = Duration.milliseconds(100)
    /// The first wait after a failure.
    package var minBackoff = Duration.milliseconds(500)
    /// The longest wait between attempts.
    package var maxBackoff = Duration.seconds(30)

    /// The defaults.
    package init() {}

    /// Reads the keys from a sink's own section.
    package init(reading node: inout ConfigNode, maxRequestBytes: Int = 4 << 20) {
        self.maxRequestBytes = node.size(
            "max_request_bytes",
            default: maxRequestBytes,
            in: 4096...(64 << 20),
            "A request is sent when it has about so many bytes.",
        )
        self.flushInterval = node.duration(
            "flush_interval",
            default: .milliseconds(100),
            "A request is sent when its first record has waited so long.",
        )
        self.minBackoff = node.duration(
            "min_backoff",
            default: .milliseconds(500),
            in: .milliseconds(10)...(.seconds(3600)),
            "The first wait after a failure.",
        )
        self.maxBackoff = node.duration(
            "max_backoff",
            default: .seconds(30),
            in: .milliseconds(10)...(.seconds(3600)),
            "The longest wait between attempts.",
        )
    }
}
