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
    let metadata: Counter
    let metadataFailed: Counter
    let metadataRetried: Counter
    let enqueueRetries: Counter
    let bytes: Counter
    let metadataBytes: Counter
    let requests: Counter
    let requestsFailed: Counter
    let blocksPending: Gauge
    let bytesPending: Gauge
    let newestIn: Gauge
    let newestSent: Gauge
    let shards: Gauge
    let shardsDesired: Gauge
    let duration: Histogram
    let diskWaiting: DiskGauges
    let diskBytes: Gauge
    let diskOldest: Gauge
    let diskWritten: DiskCounters
    let diskRead: DiskCounters
    let diskDropped: DiskCounters
    let diskDamaged: DiskCounters
    let diskErrors: Counter

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
        var dropped: [SampleLedger.Reason: KindCounters] = [:]
        for reason in SampleLedger.Reason.allCases {
            dropped[reason] = KindCounters(
                maker,
                "dropped_total",
                "which were not sent, by reason: dropped by relabelling, too old, or without room.",
                MeterLabel("reason", reason.rawValue),
            )
        }
        self.droppedCounters = dropped
        self.pending = KindGauges(maker)
        self.metadata = maker.counter(
            "metadata_total",
            "Total number of metadata entries sent to remote storage.",
        )
        self.metadataFailed = maker.counter(
            "metadata_failed_total",
            "Total number of metadata entries which failed on send to remote storage, "
                + "non-recoverable errors.",
        )
        self.metadataRetried = maker.counter(
            "metadata_retried_total",
            "Total number of metadata entries which failed on send to remote storage but were "
                + "retried because the send error was recoverable.",
        )
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
        self.metadataBytes = maker.counter(
            "metadata_bytes_total",
            "The total number of bytes of metadata sent by the queue after compression.",
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
        self.diskWaiting = DiskGauges(maker)
        self.diskBytes = maker.ownGauge("disk_bytes", "Bytes of the queue's files on disk.")
        self.diskOldest = maker.ownGauge(
            "disk_oldest_timestamp_seconds",
            "Time of the oldest sample that waits on disk, or a little before; 0 for none.",
        )
        self.diskWritten = DiskCounters(maker, "written", "written to disk")
        self.diskRead = DiskCounters(maker, "read", "read from disk")
        self.diskDropped = DiskCounters(
            maker,
            "dropped",
            "given up on disk for want of room or because they were too old",
        )
        self.diskDamaged = DiskCounters(
            maker,
            "damaged",
            "lost on disk because they were not readable any more, as far as that is known",
        )
        self.diskErrors = maker.own(
            "disk_errors_total",
            "Errors of the queue on disk: a full or read-only disk, a folder that is in use.",
        )
        Self.show(options, maker)
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
