/// What a metric sink's driver counts, under the names that Prometheus's dashboards use.
///
/// Every sample that came leaves through `sent` or through one reason in `samples_dropped_total`;
/// `failed` is the part of `sent` that the receiver refused, as with Prometheus.
///
/// Source: Prometheus, `storage/remote/queue_manager.go`.
struct MetricSinkMeters: Sendable {
    let sent: KindCounters
    let failed: KindCounters
    let retried: KindCounters
    private let droppedCounters: [SampleLedger.Reason: KindCounters]
    let pending: KindGauges
    let metadata: MetadataMeters
    let enqueueRetries: Counter
    let bytes: Counter
    let requests: Counter
    let requestsFailed: Counter
    let blocksPending: Gauge
    let bytesPending: Gauge
    let newestIn: Gauge
    let newestSent: Gauge
    let shards: Gauge
    let shardsDesired: Gauge
    let duration: Histogram
    let disk: DiskMeters

    init(_ meters: Meters, name: String, url: String, options: MetricQueueOptions) {
        let maker = ReceiverMeters(
            meters: meters,
            labels: [MeterLabel("remote_name", name), MeterLabel("url", url)],
        )
        self.sent = KindCounters(maker, "total", "sent to remote storage.")
        self.failed = KindCounters(
            maker,
            "failed_total",
            "which failed on send to remote storage, non-recoverable errors.",
        )
        self.retried = KindCounters(
            maker,
            "retried_total",
            "which failed on send to remote storage but were retried because the send error was "
                + "recoverable.",
        )
        self.droppedCounters = Self.droppedCounters(maker)
        self.pending = KindGauges(maker)
        self.metadata = MetadataMeters(maker)
        self.enqueueRetries = maker.counter(
            "enqueue_retries_total",
            "Total number of times enqueue has failed because a shards queue was full.",
        )
        self.bytes = maker.counter(
            "bytes_total",
            "The total number of bytes of data (not metadata) sent by the queue after compression. "
                + "Note that when exemplars over remote write is enabled the exemplars included in "
                + "a remote write request count towards this metric.",
        )
        self.newestIn = maker.gauge(
            "queue_highest_timestamp_seconds",
            "Highest timestamp that was enqueued, in seconds since epoch. Initialized to 0 when no "
                + "data has been received yet.",
        )
        self.newestSent = maker.gauge(
            "queue_highest_sent_timestamp_seconds",
            "Timestamp from a WAL sample, the highest timestamp successfully sent by this queue, in "
                + "seconds since epoch. Initialized to 0 when no data has been sent yet.",
        )
        self.shards = maker.gauge(
            "shards",
            "The number of shards used for parallel sending to the remote storage.",
        )
        self.shardsDesired = maker.gauge(
            "shards_desired",
            "The number of shards that the queues shard calculation wants to run based on the rate "
                + "of samples in vs. samples out.",
        )
        self.duration = meters.histogram(
            "prometheus_remote_storage_sent_batch_duration_seconds",
            "Duration of send calls to the remote storage.",
            bounds: Histogram.defaultBounds + [25, 60, 120, 300],
            maker.labels,
        )
        self.requests = maker.own("requests_total", "Requests sent, failed ones included.")
        self.requestsFailed = maker.own("requests_failed_total", "Requests without a success.")
        self.blocksPending = maker.ownGauge("pending_blocks", "Requests that wait to be sent.")
        self.bytesPending = maker.ownGauge(
            "pending_bytes",
            "Bytes that wait in memory to be sent, compressed.",
        )
        self.disk = DiskMeters(maker)
        Self.show(options, maker)
    }

    private static func droppedCounters(
        _ maker: ReceiverMeters
    ) -> [SampleLedger.Reason: KindCounters] {
        var counters: [SampleLedger.Reason: KindCounters] = [:]
        for reason in SampleLedger.Reason.allCases {
            counters[reason] = KindCounters(
                maker,
                "dropped_total",
                "which were not sent, by reason: dropped by relabelling, too old, or without room.",
                MeterLabel("reason", reason.rawValue),
            )
        }
        return counters
    }

    /// What counts samples that left unsent.
    func dropped(_ reason: SampleLedger.Reason) -> KindCounters {
        // Every reason has its counters.
        self.droppedCounters[reason] ?? self.failed
    }

    /// The settings that dashboards compare with what happens.
    private static func show(_ options: MetricQueueOptions, _ maker: ReceiverMeters) {
        let most = min(options.maxShards, MetricQueueOptions.shardLimit)
        maker.gauge(
            "shards_min",
            "The minimum number of shards that the queue is allowed to run.",
        ).set(Double(options.minShards))
        maker.gauge(
            "shards_max",
            "The maximum number of shards that the queue is allowed to run.",
        ).set(Double(most))
        maker.gauge(
            "max_samples_per_send",
            "The maximum number of samples to be sent, in a single request, to the remote storage. "
                + "Note that, when sending of exemplars over remote write is enabled, exemplars "
                + "count towards this limt.",
        ).set(Double(options.maxSamplesPerSend))
        maker.gauge(
            "shard_capacity",
            "The capacity of each shard of the queue used for parallel sending to the remote "
                + "storage.",
        ).set(Double(options.maxPendingSamples / most))
    }
}
