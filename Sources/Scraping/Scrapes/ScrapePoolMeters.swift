import Codecs
import Pipeline
import Synchronization

/// What Prometheus says of its scrape pools, which are the jobs.
///
/// Source: Prometheus, `scrape/metrics.go`.
final class ScrapePoolMeters: MeterSource {
    private struct Pool {
        let limit: Int
        let elsewhere: Int
        let states: [TargetState]
    }

    private let meters: Meters
    private let pools: Counter
    private let reloads: Counter
    private let overLimit: Counter
    private let state = Mutex<[String: Pool]>([:])

    init(_ meters: Meters) {
        self.meters = meters
        self.pools = meters.counter(
            "prometheus_target_scrape_pools_total",
            "Jobs that were begun.",
        )
        self.reloads = meters.counter(
            "prometheus_target_scrape_pool_reloads_total",
            "Jobs that went on with changed settings.",
        )
        self.overLimit = meters.counter(
            "prometheus_target_scrape_pool_exceeded_target_limit_total",
            "Updates of a job that gave it more targets than target_limit.",
        )
        _ = meters.counter(
            "prometheus_target_scrapes_cache_flush_forced_total",
            "Times that a cache of series was emptied by force, which is never needed here.",
        )
        // What can't fail here: a configuration is checked whole before it is used.
        for (name, what) in [
            ("prometheus_target_scrape_pools_failed_total", "begun"),
            ("prometheus_target_scrape_pool_reloads_failed_total", "given changed settings"),
        ] {
            _ = meters.counter(name, "Jobs that could not be \(what).")
        }
    }

    /// Counts what a new configuration changes.
    func note(_ jobs: [ScrapeJob], before: [ScrapeJob]) {
        let known = Dictionary(before.map { ($0.options.jobName, $0.options) }) { first, _ in first
        }
        for job in jobs {
            guard let last = known[job.options.jobName] else {
                self.pools.add()
                continue
            }
            if last != job.options { self.reloads.add() }
        }
    }

    /// Counts one making of a job's targets.
    func noteSync(_ job: String, _ plan: ScrapePlan, seconds: Double) {
        let labels = [MeterLabel("scrape_job", job)]
        self.meters.counter(
            "prometheus_target_scrape_pool_sync_total",
            "How often the targets of a job were made.",
            labels,
        ).add()
        self.meters.summary(
            "prometheus_target_sync_length_seconds",
            "How long it took to make the targets of a job.",
            labels,
        ).observe(seconds)
        self.meters.counter(
            "prometheus_target_sync_failed_total",
            "Targets that can't be scraped, each time they were made.",
            labels,
        ).add(plan.failedCount)
        if plan.refusal != nil { self.overLimit.add() }
    }

    /// Says what the jobs are now, and who knows how their targets are.
    func set(
        _ plans: [String: ScrapePlan],
        _ states: [ScrapeTarget.Identity: TargetState],
    ) {
        let pools = plans.mapValues { plan in
            Pool(
                limit: plan.targetLimit,
                elsewhere: plan.elsewhereCount,
                states: plan.entries.keys.compactMap { states[$0] },
            )
        }
        self.state.withLock { $0 = pools }
    }

    /// How long the pauses between scrapes at an interval are.
    func intervalLength(_ interval: Duration) -> Summary {
        self.meters.summary(
            "prometheus_target_interval_length_seconds",
            "The times between two scrapes of a target.",
            [MeterLabel("interval", GoDuration.text(interval))],
        )
    }

    func write(into metrics: inout MetricWriter) {
        let known = self.state.withLock { $0 }
        metrics.family(
            "martlet_scrape_targets_elsewhere",
            .gauge,
            "Targets of a job that were found here and that other agents scrape.",
        )
        for (job, pool) in known {
            metrics.sample(Double(pool.elsewhere)) { $0.add("scrape_job", job) }
        }
        let pools = known.map { job, pool in
            (job: job, limit: pool.limit, targets: pool.states.map(\.current))
        }
        func family(_ name: String, _ help: String, _ value: (Int, [TargetStatus]) -> Int) {
            metrics.family(name, .gauge, help)
            for pool in pools {
                metrics.sample(Double(value(pool.limit, pool.targets))) {
                    $0.add("scrape_job", pool.job)
                }
            }
        }
        family("prometheus_target_scrape_pool_targets", "Targets of a job.") { $1.count }
        family(
            "prometheus_target_scrape_pool_target_limit",
            "The most targets of a job; 0 for no limit.",
        ) { limit, _ in limit }
        family(
            "prometheus_target_metadata_cache_entries",
            "Metric families that are known of a job's targets.",
        ) { $1.reduce(0) { $0 + $1.families } }
        family(
            "prometheus_target_metadata_cache_bytes",
            "Bytes of what is known of a job's metric families.",
        ) { $1.reduce(0) { $0 + $1.familyBytes } }
        family("martlet_scrape_memory_bytes", "Memory held for the series of a job's targets.") {
            $1.reduce(0) { $0 + $1.footprint }
        }
    }
}

/// Durations as Go writes them, which is how Prometheus labels intervals.
enum GoDuration {
    /// Such as `15s`, `1m0s` or `1.5s`; source: Go, `time.Duration.String`.
    static func text(_ duration: Duration) -> String {
        let nanoseconds = duration.nanoseconds
        if nanoseconds == 0 { return "0s" }
        if nanoseconds < 1_000 { return "\(nanoseconds)ns" }
        if nanoseconds < 1_000_000 { return Self.decimal(nanoseconds, 3) + "µs" }
        if nanoseconds < 1_000_000_000 { return Self.decimal(nanoseconds, 6) + "ms" }
        let minutes = nanoseconds / 60_000_000_000
        let seconds = Self.decimal(nanoseconds % 60_000_000_000, 9) + "s"
        if minutes == 0 { return seconds }
        if minutes < 60 { return "\(minutes)m\(seconds)" }
        return "\(minutes / 60)h\(minutes % 60)m\(seconds)"
    }

    /// A number with its last `digits` behind a point, without zeros at the end.
    private static func decimal(_ number: Int64, _ digits: Int) -> String {
        let scale = (0..<digits).reduce(Int64(1)) { scale, _ in scale * 10 }
        let rest = number % scale
        if rest == 0 { return "\(number / scale)" }
        var text = "\(scale + rest)".dropFirst()
        while text.last == "0" { text.removeLast() }
        return "\(number / scale).\(text)"
    }
}
