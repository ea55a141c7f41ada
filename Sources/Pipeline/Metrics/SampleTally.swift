package import Telemetry

/// Counts what scrapes hand over, once however many receivers there are.
///
/// Source: Prometheus, `storage/remote/write.go`.
package struct SampleTally: SampleReceiver {
    private let samples: Counter
    private let histograms: Counter
    private let exemplars: Counter
    private let newest: Gauge

    /// Makes the counters.
    package init(_ meters: Meters) {
        let prefix = "prometheus_remote_storage_"
        self.samples = meters.counter(
            prefix + "samples_in_total",
            "Samples in to remote storage, compare to samples out for queue managers.",
        )
        self.histograms = meters.counter(
            prefix + "histograms_in_total",
            "HistogramSamples in to remote storage, compare to histograms out for queue managers.",
        )
        self.exemplars = meters.counter(
            prefix + "exemplars_in_total",
            "Exemplars in to remote storage, compare to exemplars out for queue managers.",
        )
        self.newest = meters.gauge(
            prefix + "highest_timestamp_in_seconds",
            "Highest timestamp that has come into the remote storage via the Appender interface, in "
                + "seconds since epoch. Initialized to 0 when no data has been received yet.",
        )
    }

    package func receive(_ samples: borrowing SampleBatch, of series: borrowing SeriesTable) {
        let histograms = samples.histograms.count
        self.samples.add(samples.count - histograms)
        self.histograms.add(histograms)
        self.exemplars.add(samples.exemplars.count)
        let time = Double(samples.timestamp) / 1000
        if time > self.newest.value { self.newest.set(time) }
    }

    package func forget(source: UInt64) {}
}
