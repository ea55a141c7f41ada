/// Where the samples went that a receiver's driver was handed.
///
/// Every one of them leaves by exactly one door: `sent`, `failed` or a reason in `dropped`.
package struct SampleLedger: Sendable, Hashable {
    /// Why samples were not sent.
    package enum Reason: String, Sendable, CaseIterable {
        /// Older than `sample_age_limit`, or on disk for longer than `max_age`.
        case tooOld = "too_old"
        /// `write_relabel_configs` dropped the series.
        case droppedSeries = "dropped_series"
        /// Histograms with custom buckets, which remote write 1.0 can't carry.
        case customBuckets = "nhcb_in_rw1_not_supported"
        /// Native histograms that `send_native_histograms` leaves out.
        case unwantedHistograms = "send_native_histograms_off"
        /// No room in memory.
        case queueFull = "queue_full"
        /// No room on disk.
        case diskFull = "disk_full"
        /// Not readable any more.
        case damaged = "damaged"
        /// Left at a stop and not to be written to disk.
        case shutdown = "shutdown"
    }

    /// What scrapes handed over, and was to be sent.
    package private(set) var received = SampleCounts()
    /// What earlier processes had left on disk.
    package private(set) var recovered = SampleCounts()
    /// What the receiver has taken.
    package private(set) var sent = SampleCounts()
    /// What the receiver has refused.
    package private(set) var failed = SampleCounts()
    private var dropped: [Reason: SampleCounts] = [:]

    /// Nothing came, nothing went.
    package init() {}

    /// What was not sent for a reason.
    package func dropped(_ reason: Reason) -> SampleCounts {
        self.dropped[reason] ?? SampleCounts()
    }

    /// All that was not sent for some reason.
    package var droppedInAll: SampleCounts {
        self.dropped.values.reduce(into: SampleCounts()) { $0.add($1) }
    }

    /// What must be pending: what came and has not left.
    package var remaining: SampleCounts {
        var rest = self.received
        rest.add(self.recovered)
        rest.remove(self.sent)
        rest.remove(self.failed)
        rest.remove(self.droppedInAll)
        return rest
    }

    mutating func receive(_ counts: SampleCounts) { self.received.add(counts) }

    mutating func recover(_ counts: SampleCounts) { self.recovered.add(counts) }

    mutating func send(_ counts: SampleCounts) { self.sent.add(counts) }

    mutating func fail(_ counts: SampleCounts) { self.failed.add(counts) }

    mutating func drop(_ counts: SampleCounts, _ reason: Reason) {
        self.dropped[reason, default: SampleCounts()].add(counts)
    }
}
