import Pipeline

/// What the scrapes of a job count.
///
/// Names without a job are Prometheus's, `scrape/metrics.go`.
struct ScrapeMeters: Sendable {
    let scrapes: Counter
    let samples: Counter
    let failures: [ScrapeFailure.Reason: Counter]
    let duplicates: Counter
    let outOfOrder: Counter
    let outOfBounds: Counter
    let exceededSampleLimit: Counter
    let exceededBucketLimit: Counter
    let exceededBodySize: Counter
    let exceededLabelLimits: Counter
    let cost: ScrapeCostMeters
    let refusedExemplars: Counter
    let missed: Counter
    let lateness: Histogram

    /// Bounds of how late scrapes start, in seconds.
    private static let latenessBounds = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5]

    init(_ meters: Meters, job: String) {
        let labels = [MeterLabel("job", job)]
        self.scrapes = meters.counter(
            "martlet_scrape_scrapes_total",
            "Scrapes, failed ones included.",
            labels,
        )
        self.samples = meters.counter(
            "martlet_scrape_samples_total",
            "Samples left after metric_relabel_configs.",
            labels,
        )
        self.refusedExemplars = meters.counter(
            "martlet_scrape_refused_exemplars_total",
            "Exemplars left out because they are too long or name a label twice.",
            labels,
        )
        self.missed = meters.counter(
            "martlet_scrape_missed_total",
            "Scrapes left out because the one before took too long.",
            labels,
        )
        self.lateness = meters.histogram(
            "martlet_scrape_lateness_seconds",
            "How long after its time a scrape began.",
            bounds: Self.latenessBounds,
            labels,
        )
        self.cost = ScrapeCostMeters(meters, labels)
        self.failures = Self.failures(meters, labels)
        let prefix = "prometheus_target_scrapes_"
        self.duplicates = meters.counter(
            prefix + "sample_duplicate_timestamp_total",
            "Samples dropped because their series stood in the body before.",
        )
        self.outOfOrder = meters.counter(
            prefix + "sample_out_of_order_total",
            "Samples dropped because a newer one of their series was sent before.",
        )
        self.outOfBounds = meters.counter(
            prefix + "sample_out_of_bounds_total",
            "Samples dropped because their time is too far in the future.",
        )
        self.exceededSampleLimit = meters.counter(
            prefix + "exceeded_sample_limit_total",
            "Scrapes that failed because of sample_limit.",
        )
        self.exceededBucketLimit = meters.counter(
            prefix + "exceeded_native_histogram_bucket_limit_total",
            "Scrapes that failed because of native_histogram_bucket_limit.",
        )
        self.exceededBodySize = meters.counter(
            prefix + "exceeded_body_size_limit_total",
            "Scrapes that failed because of body_size_limit.",
        )
        self.exceededLabelLimits = meters.counter(
            "prometheus_target_scrape_pool_exceeded_label_limits_total",
            "Scrapes that failed because of a limit of labels.",
        )
    }

    private static func failures(
        _ meters: Meters,
        _ labels: [MeterLabel],
    ) -> [ScrapeFailure.Reason: Counter] {
        var failures: [ScrapeFailure.Reason: Counter] = [:]
        for reason in ScrapeFailure.Reason.allCases {
            failures[reason] = meters.counter(
                "martlet_scrape_failures_total",
                "Scrapes that gave nothing, by reason.",
                labels + [MeterLabel("reason", reason.rawValue)],
            )
        }
        return failures
    }

    func count(_ report: ScrapeIngester.Report) {
        self.scrapes.add()
        self.samples.add(report.counts.kept)
        self.cost.count(report)
        self.duplicates.add(report.counts.duplicates)
        self.outOfOrder.add(report.counts.outOfOrder)
        self.outOfBounds.add(report.counts.outOfBounds)
        self.refusedExemplars.add(report.counts.refusedExemplars)
        guard let reason = report.failure?.reason else { return }
        self.failures[reason]?.add()
        switch reason {
        case .sampleLimit: self.exceededSampleLimit.add()
        case .bucketLimit: self.exceededBucketLimit.add()
        case .bodySize: self.exceededBodySize.add()
        case .labelLimit: self.exceededLabelLimits.add()
        default: break
        }
    }
}

/// What the targets of a job cost, and what their series limit left out.
struct ScrapeCostMeters: Sendable {
    let limited: Counter
    let bytes: Counter
    let cpu: Counter

    init(_ meters: Meters, _ labels: [MeterLabel]) {
        self.limited = meters.counter(
            "martlet_scrape_series_limit_samples_dropped_total",
            "Samples left out because their series were too many for series_limit.",
            labels,
        )
        self.bytes = meters.counter(
            "martlet_scrape_body_bytes_total",
            "Bytes of bodies, inflated.",
            labels,
        )
        self.cpu = meters.secondsCounter(
            "martlet_scrape_cpu_seconds_total",
            "CPU time of reading bodies and encoding their samples.",
            labels,
        )
    }

    func count(_ report: ScrapeIngester.Report) {
        self.limited.add(report.counts.limited)
        self.bytes.add(report.bodySize)
        self.cpu.add(Int(report.cpu.nanoseconds))
    }
}
