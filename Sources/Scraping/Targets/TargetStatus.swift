import Synchronization

/// What the page and `/api/v1/targets` show of a target.
package struct TargetStatus: Sendable, Hashable {
    /// Prometheus's names of a target's health.
    package enum Health: String, Sendable {
        case unknown
        case up
        case down
    }

    /// The target.
    package var target: ScrapeTarget
    /// How the last scrape went.
    package var health = Health.unknown
    /// Why the last scrape failed; empty when it did not.
    package var lastError = ""
    /// Nanoseconds since 1970 of the last scrape's start; 0 before the first.
    package var lastScrape: Int64 = 0
    /// How long the last scrape took.
    package var lastDuration = Duration.zero
    /// How long after its time the last scrape began.
    package var lag = Duration.zero
    /// Why it is not scraped at all: its job has more targets than it may have.
    package var refusal: String?
    /// The number that the ingester knows it by; nil before its loop runs.
    package var source: UInt64?
    /// What the last scrape counted.
    package var counts = ScrapeCounts()
    /// Bytes of the last body.
    package var bodySize = 0
    /// Bytes of memory that are held for the target's series.
    package var footprint = 0
    /// CPU time that reading and encoding the last body took.
    package var cpu = Duration.zero
    /// The same of all bodies since the target is scraped.
    package var totalCPU = Duration.zero
    /// Metric families that are known of it.
    package var families = 0
    /// Bytes of what is known of them.
    package var familyBytes = 0
    /// Different series since `series_limit` began to count; 0 without it.
    package var windowSeries = 0
}

/// A target's status, written by its loop and read by anyone.
final class TargetState: Sendable {
    private let status: Mutex<TargetStatus>

    init(_ target: ScrapeTarget) {
        self.status = Mutex(TargetStatus(target: target))
    }

    var current: TargetStatus { self.status.withLock { $0 } }

    func update(_ body: (inout TargetStatus) -> Void) {
        self.status.withLock { body(&$0) }
    }
}
