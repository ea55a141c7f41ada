package import Config

/// Prometheus's `metadata_config`.
package struct MetricMetadataOptions: ComponentOptions, Hashable {
    /// Whether metadata is sent.
    package var send = true
    /// How often.
    package var sendInterval = Duration.seconds(60)
    /// The most families in one request.
    package var maxSamplesPerSend = 2000

    /// The defaults.
    package init() {}

    /// Reads the section.
    package init(from node: inout ConfigNode) throws(ConfigError) {
        self.send = node.bool("send", default: self.send, "Sends metadata.")
        self.sendInterval = node.duration(
            "send_interval",
            default: self.sendInterval,
            in: .seconds(1) ... .seconds(86_400),
            "How often metadata is sent.",
        )
        self.maxSamplesPerSend = node.int(
            "max_samples_per_send",
            default: self.maxSamplesPerSend,
            in: 1...100_000,
            "The most families in one request.",
        )
    }
}
