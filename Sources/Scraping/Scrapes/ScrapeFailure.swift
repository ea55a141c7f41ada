/// Why a scrape gave nothing.
package struct ScrapeFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure, as the label `reason` of `martlet_scrape_failures_total`.
    package enum Reason: String, Sendable, CaseIterable {
        case connection
        case timeout
        case status
        case contentType = "content_type"
        case bodySize = "body_size"
        case parse
        case histogram
        case bucketLimit = "bucket_limit"
        case sampleLimit = "sample_limit"
        case labelLimit = "label_limit"
        case targetLimit = "target_limit"
        case labels
        case memory
        case source
    }

    /// The kind.
    package let reason: Reason
    /// What was expected, what was found, and what to look at; holds no secret.
    package let message: String

    /// Describes a failure.
    package init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }

    package var description: String { self.message }
}

/// What was counted while a body was read.
package struct ScrapeCounts: Sendable, Hashable {
    /// Samples in the body.
    package var scraped = 0
    /// Samples left after `metric_relabel_configs`, duplicates included.
    package var kept = 0
    /// Series that the last good body had not.
    package var added = 0
    /// Samples left out because their series were too many for `series_limit`.
    package var limited = 0
    /// Second samples of one series without times of their own.
    package var duplicates = 0
    /// Samples older than one of the same series that was sent before.
    package var outOfOrder = 0
    /// Exemplars that are too long or name a label twice.
    package var refusedExemplars = 0
    /// Samples too far in the future.
    package var outOfBounds = 0

    /// Nothing counted.
    package init() {}
}
