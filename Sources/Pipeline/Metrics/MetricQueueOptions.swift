package import Config

/// Prometheus's `queue_config`, with Martlet's bounds.
package struct MetricQueueOptions: ComponentOptions, Hashable {
    /// The fewest requests that may be under way at once.
    package var minShards = 1
    /// The most requests that may be under way at once.
    package var maxShards = 50
    /// The most samples in one request.
    package var maxSamplesPerSend = 5000
    /// How long a request that is not full may wait.
    package var batchSendDeadline = Duration.seconds(5)
    /// The first wait after a failure.
    package var minBackoff = Duration.milliseconds(30)
    /// The longest wait after failures.
    package var maxBackoff = Duration.seconds(5)
    /// Whether an answer 429 is tried again instead of dropping the samples.
    package var retryOnHTTP429 = true
    /// Samples older than this are dropped instead of sent; zero for no limit.
    package var sampleAgeLimit = Duration.zero
    /// The most bytes that wait in memory, compressed.
    package var maxPendingBytes = 64 << 20
    /// The most samples that wait in memory.
    package var maxPendingSamples = 20_000_000
    /// What waits on disk.
    package var disk = DiskQueueOptions()

    /// The most bytes in one request, before compression.
    package static let requestLimit = 8 << 20
    /// The most requests at once, whatever `max_shards` says: targets are told apart by 64 bits.
    package static let shardLimit = 64
    /// What waits in memory goes to disk from this part of the bounds on.
    static let spillDivisor = 4

    /// The defaults.
    package init() {}

    /// Reads the section.
    package init(from node: inout ConfigNode) throws(ConfigError) {
        self.readShards(&node)
        self.readBackoff(&node)
        self.sampleAgeLimit = node.duration(
            "sample_age_limit",
            default: self.sampleAgeLimit,
            "Drops samples older than this instead of sending them; 0s for no limit.",
        )
        self.maxPendingBytes = node.size(
            "max_pending_bytes",
            default: self.maxPendingBytes,
            in: 1 << 16...1 << 40,
            "The most bytes that wait in memory, compressed; beyond a quarter of it they go to disk, "
                + "and what can't go there is dropped, the oldest first.",
        )
        self.maxPendingSamples = node.int(
            "max_pending_samples",
            default: self.maxPendingSamples,
            in: 1...1 << 40,
            "The most samples that wait in memory; as max_pending_bytes.",
        )
        self.disk = try node.section(
            "disk_queue",
            DiskQueueOptions.self,
            "What can't be sent for a while waits on disk, and survives a restart.",
        )
        node.unsupported(
            "capacity",
            "What waits is bounded by max_pending_bytes and max_pending_samples.",
        )
        self.check(node)
    }

    private mutating func readShards(_ node: inout ConfigNode) {
        self.minShards = node.int(
            "min_shards",
            default: self.minShards,
            in: 1...Self.shardLimit,
            "The fewest requests that may be under way at once.",
        )
        self.maxShards = node.int(
            "max_shards",
            default: self.maxShards,
            in: 1...1024,
            "The most requests that may be under way at once; more than 64 count as 64. The number "
                + "adapts to what comes in and how long the receiver takes.",
        )
        self.maxSamplesPerSend = node.int(
            "max_samples_per_send",
            default: self.maxSamplesPerSend,
            in: 1...1_000_000,
            "The most samples in one request.",
        )
        self.batchSendDeadline = node.duration(
            "batch_send_deadline",
            default: self.batchSendDeadline,
            in: .milliseconds(10) ... .seconds(3600),
            "How long a request that is not full may wait.",
        )
    }

    private mutating func readBackoff(_ node: inout ConfigNode) {
        self.minBackoff = node.duration(
            "min_backoff",
            default: self.minBackoff,
            in: .milliseconds(1) ... .seconds(3600),
            "The first wait after a failure; it doubles from failure to failure.",
        )
        self.maxBackoff = node.duration(
            "max_backoff",
            default: self.maxBackoff,
            in: .milliseconds(1) ... .seconds(3600),
            "The longest wait after failures.",
        )
        self.retryOnHTTP429 = node.bool(
            "retry_on_http_429",
            default: self.retryOnHTTP429,
            "Tries again after an answer 429 instead of dropping; Prometheus's default is false.",
        )
    }

    private func check(_ node: borrowing ConfigNode) {
        if self.maxBackoff < self.minBackoff {
            node.reject("max_backoff", expected: "at least min_backoff")
        }
        if self.maxShards < self.minShards {
            node.reject("max_shards", expected: "at least min_shards")
        }
    }
}
