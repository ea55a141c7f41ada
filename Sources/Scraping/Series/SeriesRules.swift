package import Pipeline
package import Telemetry

/// What a scrape configuration says about the series of one target.
package struct SeriesRules: Sendable, Hashable {
    /// The labels that every series of the target gets.
    package var targetLabels = LabelSet()
    /// The labels that every series gets on its way out, unless it has them.
    package var externalLabels = LabelSet()
    /// On a conflict a scraped label wins over the target's.
    package var honorLabels = false
    /// Times written in the exposition count.
    package var honorTimestamps = true
    /// Series with times of their own get stale markers too.
    package var trackTimestampsStaleness = false
    /// Names of metrics and labels are held to the legacy characters.
    package var legacyNames = false
    /// What happens to labels after they are merged.
    package var metricRelabeling = Relabeling()
    /// The most samples kept of one scrape; 0 for no limit.
    package var sampleLimit = 0
    /// The most different series of a target in 24 hours; 0 for no limit.
    package var seriesLimit = 0
    /// The most labels of a series; 0 for no limit.
    package var labelLimit = 0
    /// The most bytes of a label name; 0 for no limit.
    package var labelNameLengthLimit = 0
    /// The most bytes of a label value; 0 for no limit.
    package var labelValueLengthLimit = 0
    /// Adds `scrape_timeout_seconds`, `scrape_sample_limit` and `scrape_body_size_bytes`.
    package var extraScrapeMetrics = false

    /// What becomes of histograms.
    package var histograms = HistogramRules()

    /// How far in the future a sample may be, in milliseconds.
    package static let futureLimit: Int64 = 600_000

    /// Prometheus's defaults.
    package init() {}
}
