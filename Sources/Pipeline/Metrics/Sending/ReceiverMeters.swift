/// Makes the meters of one receiver.
struct ReceiverMeters {
    let meters: Meters
    let labels: [MeterLabel]

    /// A counter under Prometheus's prefix.
    func counter(_ name: String, _ help: String, _ extra: [MeterLabel] = []) -> Counter {
        self.meters.counter("prometheus_remote_storage_" + name, help, extra + self.labels)
    }

    /// A gauge under Prometheus's prefix.
    func gauge(_ name: String, _ help: String) -> Gauge {
        self.meters.gauge("prometheus_remote_storage_" + name, help, self.labels)
    }

    /// A counter that Prometheus does not have.
    func own(_ name: String, _ help: String) -> Counter {
        self.meters.counter("martlet_remote_write_" + name, help, self.labels)
    }

    /// A gauge that Prometheus does not have.
    func ownGauge(_ name: String, _ help: String) -> Gauge {
        self.meters.gauge("martlet_remote_write_" + name, help, self.labels)
    }
}

/// The same count of samples, histograms and exemplars.
struct KindCounters: Sendable {
    let samples: Counter
    let histograms: Counter
    let exemplars: Counter

    init(_ maker: ReceiverMeters, _ suffix: String, _ help: String, _ extra: MeterLabel? = nil) {
        func counter(_ kind: String) -> Counter {
            maker.counter(
                "\(kind)_\(suffix)",
                "Total number of \(kind) \(help)",
                extra.map { [$0] } ?? [],
            )
        }
        self.samples = counter("samples")
        self.histograms = counter("histograms")
        self.exemplars = counter("exemplars")
    }

    func add(_ counts: SampleCounts) {
        if counts.samples > 0 { self.samples.add(counts.samples) }
        if counts.histograms > 0 { self.histograms.add(counts.histograms) }
        if counts.exemplars > 0 { self.exemplars.add(counts.exemplars) }
    }
}

/// How many samples, histograms and exemplars wait.
struct KindGauges: Sendable {
    private let samples: Gauge
    private let histograms: Gauge
    private let exemplars: Gauge

    init(_ maker: ReceiverMeters) {
        func gauge(_ kind: String) -> Gauge {
            maker.gauge(
                "\(kind)_pending",
                "The number of \(kind) pending in the queues shards to be sent to the remote "
                    + "storage.",
            )
        }
        self.samples = gauge("samples")
        self.histograms = gauge("histograms")
        self.exemplars = gauge("exemplars")
    }

    func set(_ counts: SampleCounts) {
        self.samples.set(Double(counts.samples))
        self.histograms.set(Double(counts.histograms))
        self.exemplars.set(Double(counts.exemplars))
    }
}

/// What waits on disk.
struct DiskGauges: Sendable {
    private let blocks: Gauge
    private let samples: Gauge

    init(_ maker: ReceiverMeters) {
        self.blocks = maker.ownGauge("disk_blocks", "Requests that wait on disk alone.")
        self.samples = maker.ownGauge(
            "disk_samples",
            "Samples that wait on disk alone, native histograms included.",
        )
    }

    func set(_ tally: QueueTally) {
        self.blocks.set(Double(tally.blocks))
        self.samples.set(Double(tally.counts.total))
    }
}

/// What went to disk, came from there or stayed there.
struct DiskCounters: Sendable {
    private let blocks: Counter
    private let bytes: Counter
    private let samples: Counter

    init(_ maker: ReceiverMeters, _ verb: String, _ help: String) {
        self.blocks = maker.own("disk_\(verb)_blocks_total", "Requests \(help).")
        self.bytes = maker.own("disk_\(verb)_bytes_total", "Bytes \(help).")
        self.samples = maker.own("disk_\(verb)_samples_total", "Samples \(help).")
    }

    /// Adds a tally; `bytes` instead of its own when that is given.
    func add(_ tally: QueueTally, bytes: Int? = nil) {
        self.blocks.add(max(tally.blocks, 0))
        self.bytes.add(max(bytes ?? tally.bytes, 0))
        self.samples.add(max(tally.counts.total, 0))
    }
}

/// What is sent of types and help texts.
struct MetadataMeters: Sendable {
    let sent: Counter
    let failed: Counter
    let retried: Counter
    let bytes: Counter

    init(_ maker: ReceiverMeters) {
        self.sent = maker.counter(
            "metadata_total",
            "Total number of metadata entries sent to remote storage.",
        )
        self.failed = maker.counter(
            "metadata_failed_total",
            "Total number of metadata entries which failed on send to remote storage, "
                + "non-recoverable errors.",
        )
        self.retried = maker.counter(
            "metadata_retried_total",
            "Total number of metadata entries which failed on send to remote storage but were "
                + "retried because the send error was recoverable.",
        )
        self.bytes = maker.counter(
            "metadata_bytes_total",
            "The total number of bytes of metadata sent by the queue after compression.",
        )
    }
}

/// The queue on disk.
struct DiskMeters: Sendable {
    let waiting: DiskGauges
    let bytes: Gauge
    let oldest: Gauge
    let written: DiskCounters
    let read: DiskCounters
    let dropped: DiskCounters
    let damaged: DiskCounters
    let errors: Counter

    init(_ maker: ReceiverMeters) {
        self.waiting = DiskGauges(maker)
        self.bytes = maker.ownGauge("disk_bytes", "Bytes of the queue's files on disk.")
        self.oldest = maker.ownGauge(
            "disk_oldest_timestamp_seconds",
            "Time of the oldest sample that waits on disk, or a little before; 0 for none.",
        )
        self.written = DiskCounters(maker, "written", "written to disk")
        self.read = DiskCounters(maker, "read", "read from disk")
        self.dropped = DiskCounters(
            maker,
            "dropped",
            "given up on disk for want of room or because they were too old",
        )
        self.damaged = DiskCounters(
            maker,
            "damaged",
            "lost on disk because they were not readable any more, as far as that is known",
        )
        self.errors = maker.own(
            "disk_errors_total",
            "Errors of the queue on disk: a full or read-only disk, a folder that is in use.",
        )
    }
}
