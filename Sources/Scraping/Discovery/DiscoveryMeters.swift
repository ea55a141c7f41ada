package import Codecs
package import Pipeline
import Synchronization

/// What discovery counts, by Prometheus's names.
///
/// Source: Prometheus, `discovery/metrics.go`, `discovery/metrics_refresh.go` and the `metrics.go` of
/// each mechanism.
package final class DiscoveryMeters: MeterSource {
    private struct State {
        /// By job, the targets found.
        var targets: [String: Int] = [:]
        /// By file, when what was read of it was written.
        var files: [String: Double] = [:]
        /// What fails now, and why.
        var failures: [DiscoveryTrouble.Place: String] = [:]
    }

    /// What Prometheus calls the part that asks for targets.
    private static let name = MeterLabel("name", "scrape")

    let received: Counter
    let sent: Counter
    let delayed: Counter
    let groupsTurnedAway: Counter
    private let meters: Meters
    private let state = Mutex(State())

    /// Makes the counters; `attach` makes the rest seen.
    package init(_ meters: Meters) {
        self.meters = meters
        self.received = meters.counter(
            "prometheus_sd_received_updates_total",
            "Updates that discovery mechanisms sent.",
            [Self.name],
        )
        self.sent = meters.counter(
            "prometheus_sd_updates_total",
            "Updates of targets that were handed to the scrapes.",
            [Self.name],
        )
        self.delayed = meters.counter(
            "prometheus_sd_updates_delayed_total",
            "Updates of targets that waited because the one before was a moment ago.",
            [Self.name],
        )
        self.groupsTurnedAway = meters.counter(
            "martlet_sd_groups_turned_away_total",
            "Target groups left out because one entry told of too many.",
        )
    }

    /// Says how many targets of each job are known.
    func set(targets: [String: Int]) { self.state.withLock { $0.targets = targets } }

    /// Says when a file that was read was written, in seconds since 1970; nil when it is gone.
    func set(modified: Double?, ofFile path: String) {
        self.state.withLock { $0.files[path] = modified }
    }

    /// Says why something fails; nil when it does not any more.
    func set(failure: String?, at place: DiscoveryTrouble.Place) {
        self.state.withLock { $0.failures[place] = failure }
    }

    /// What fails now, sorted by job.
    var troubles: [DiscoveryTrouble] {
        self.state.withLock { $0.failures }
            .map { DiscoveryTrouble(place: $0.key, reason: $0.value) }
            .sorted { ($0.place.job, $0.reason) < ($1.place.job, $1.reason) }
    }

    /// A counter without labels that a mechanism has of its own.
    package func counter(_ name: String, _ help: String) -> Counter {
        self.meters.counter(name, help)
    }

    /// Counts refreshes of a mechanism that failed.
    package func refreshFailures(_ mechanism: String) -> Counter {
        self.meters.counter(
            "prometheus_sd_refresh_failures_total",
            "Refreshes of a mechanism that failed.",
            [MeterLabel("mechanism", mechanism)],
        )
    }

    /// How long the refreshes of a mechanism take.
    package func refreshDuration(_ mechanism: String) -> Summary {
        self.meters.summary(
            "prometheus_sd_refresh_duration_seconds",
            "How long refreshes of a mechanism took.",
            quantiles: [0.5, 0.9, 0.99],
            [MeterLabel("mechanism", mechanism)],
        )
    }

    package func write(into metrics: inout MetricWriter) {
        let state = self.state.withLock { $0 }
        metrics.family(
            "prometheus_sd_discovered_targets",
            .gauge,
            "Targets found, before relabeling.",
        )
        for (job, count) in state.targets {
            metrics.sample(Double(count)) {
                $0.add("config", job)
                $0.add("name", "scrape")
            }
        }
        metrics.family(
            "prometheus_sd_failed_configs",
            .gauge,
            "Entries that no mechanism could be made of; checking a configuration finds them all.",
        )
        metrics.sample(0) { $0.add("name", "scrape") }
        if state.files.isEmpty { return }
        metrics.family(
            "prometheus_sd_file_mtime_seconds",
            .gauge,
            "When a file of file_sd_configs that was read was written.",
        )
        for (path, modified) in state.files {
            metrics.sample(modified) { $0.add("filename", path) }
        }
    }
}
