/// What a metric sink's driver counts, under the names that Prometheus's dashboards use.
///
/// Source: Prometheus, `storage/remote/queue_manager.go`.
struct MetricSinkMeters: Sendable {
    let samples: Counter
    let samplesFailed: Counter
    let samplesRetried: Counter
    let samplesTooOld: Counter
    let samplesRelabeled: Counter
    let samplesOverflowed: Counter
    let samplesUnflushed: Counter
    let metadata: Counter
    let metadataFailed: Counter
    let bytes: Counter
    let metadataBytes: Counter
    let requests: Counter
    let requestsFailed: Counter
    let samplesPending: Gauge
    let blocksPending: Gauge
    let bytesPending: Gauge
    let newestIn: Gauge
    let newestSent: Gauge
    let duration: Histogram

    init(_ meters: Meters, name: String, url: String, options: MetricQueueOptions) {
        let labels = [MeterLabel("remote_name", name), MeterLabel("url", url)]
        let prefix = "prometheus_remote_storage_"
        func counter(_ name: String, _ help: String) -> Counter {
            meters.counter(prefix + name, help, labels)
        }
        func gauge(_ name: String, _ help: String) -> Gauge {
            meters.gauge(prefix + name, help, labels)
        }
        func dropped(_ reason: String) -> Counter {
            meters.counter(
                prefix + "samples_dropped_total",
                "Samples that were not sent, by reason.",
                [MeterLabel("reason", reason)] + labels,
            )
        }
        self.samples = counter("samples_total", "Samples sent, failed ones included.")
        self.samplesFailed = counter("samples_failed_total", "Samples the receiver refused.")
        self.samplesRetried = counter("samples_retried_total", "Samples sent again.")
        self.samplesTooOld = dropped("too_old")
        self.samplesRelabeled = dropped("dropped_series")
        self.samplesOverflowed = dropped("queue_full")
        self.samplesUnflushed = dropped("shutdown")
        self.metadata = counter("metadata_total", "Families whose metadata was sent.")
        self.metadataFailed = counter(
            "metadata_failed_total",
            "Families whose metadata could not be sent.",
        )
        self.bytes = counter("bytes_total", "Bytes of samples sent, compressed.")
        self.metadataBytes = counter("metadata_bytes_total", "Bytes of metadata sent, compressed.")
        self.samplesPending = gauge("samples_pending", "Samples that wait to be sent.")
        self.newestIn = gauge(
            "queue_highest_timestamp_seconds",
            "Time of the newest sample that was queued.",
        )
        self.newestSent = gauge(
            "queue_highest_sent_timestamp_seconds",
            "Time of the newest sample that was sent.",
        )
        self.duration = meters.histogram(
            prefix + "sent_batch_duration_seconds",
            "How long requests took, failed ones included.",
            bounds: Histogram.defaultBounds + [25, 60, 120, 300],
            labels,
        )
        self.requests = meters.counter(
            "martlet_remote_write_requests_total",
            "Requests sent, failed ones included.",
            labels,
        )
        self.requestsFailed = meters.counter(
            "martlet_remote_write_requests_failed_total",
            "Requests without a success.",
            labels,
        )
        self.blocksPending = meters.gauge(
            "martlet_remote_write_pending_blocks",
            "Requests that wait to be sent.",
            labels,
        )
        self.bytesPending = meters.gauge(
            "martlet_remote_write_pending_bytes",
            "Bytes that wait to be sent, compressed.",
            labels,
        )
        Self.show(options) { name, help, value in gauge(name, help).set(value) }
    }

    /// The settings that dashboards compare with what happens.
    private static func show(
        _ options: MetricQueueOptions,
        _ set: (_ name: String, _ help: String, _ value: Double) -> Void,
    ) {
        let shards = Double(options.shards)
        set("shards", "Senders that work in parallel.", shards)
        set("shards_min", "The fewest senders.", shards)
        set("shards_max", "The most senders.", Double(options.maxShards))
        set("shards_desired", "Senders that would keep up.", shards)
        set(
            "max_samples_per_send",
            "The most samples in one request.",
            Double(options.maxSamplesPerSend),
        )
        set(
            "shard_capacity",
            "Samples that a sender's queue may hold.",
            Double(options.maxPendingSamples / options.shards),
        )
    }
}
