package import Config

/// What a scrape may be at most; 0 stands for no limit.
package struct ScrapeLimits: Sendable, Hashable {
    /// Bytes of a body after inflating; as large or larger fails the scrape.
    package var bodySize = 0
    /// Samples that are kept of one scrape.
    package var samples = 0
    /// Labels of a series.
    package var labels = 0
    /// Bytes of a label name.
    package var labelNameLength = 0
    /// Bytes of a label value.
    package var labelValueLength = 0
    /// Targets of a job.
    package var targets = 0
    /// Dropped targets of a job that are shown.
    package var keptDroppedTargets = 0

    /// The most bytes of a body when `body_size_limit` is not set, so that memory is bounded.
    package static let defaultBodySize = 1 << 30

    /// No limits.
    package init() {}

    /// Reads the keys from a job's section or from `global`.
    package init(readingFrom node: inout ConfigNode, defaults: ScrapeLimits) {
        self.bodySize = node.size(
            "body_size_limit",
            default: defaults.bodySize,
            "A body this large after inflating fails the scrape; 0 for 1GiB.",
        )
        func limit(_ key: String, _ value: Int, _ summary: String) -> Int {
            node.int(key, default: value, in: 0 ... .max, summary)
        }
        self.samples = limit("sample_limit", defaults.samples, "The most samples of a scrape.")
        self.labels = limit("label_limit", defaults.labels, "The most labels of a series.")
        self.labelNameLength = limit(
            "label_name_length_limit",
            defaults.labelNameLength,
            "The most bytes of a label name.",
        )
        self.labelValueLength = limit(
            "label_value_length_limit",
            defaults.labelValueLength,
            "The most bytes of a label value.",
        )
        self.targets = limit("target_limit", defaults.targets, "The most targets of a job.")
        self.keptDroppedTargets = limit(
            "keep_dropped_targets",
            defaults.keptDroppedTargets,
            "The most dropped targets that are shown; 0 for all.",
        )
    }
}
