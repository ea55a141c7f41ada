package import Telemetry

/// One place that is scraped.
package struct ScrapeTarget: Sendable, Hashable {
    /// The job's name.
    package let job: String
    /// The labels before relabeling.
    package let discovered: LabelSet
    /// The labels that its series get.
    package let labels: LabelSet
    /// The URL of the exposition.
    package let url: String
    /// The unix socket to connect to instead of the URL's host (`__unix_socket__`).
    package var unixSocket: String?
    /// How often it is scraped.
    package let interval: Duration
    /// The time for one scrape.
    package let timeout: Duration

    /// What becomes of its histograms.
    package var histograms = HistogramRules()

    /// What makes it the same target after a reload.
    struct Identity: Hashable {
        let job: String
        let labels: LabelSet
        let url: String
        let unixSocket: String?
    }

    /// What tells it from other targets, the same after a restart.
    ///
    /// FNV-1a of the labels as text and of the URL. Prometheus hashes other bytes to the same end:
    /// its own 64-bit hash of all labels, written `%016d`, and the URL.
    var hash: UInt64 { FNV1a.hash(self.url, from: FNV1a.hash(self.labels.description)) }

    var identity: Identity {
        Identity(
            job: self.job,
            labels: self.labels,
            url: self.url,
            unixSocket: self.unixSocket,
        )
    }
}

/// A target that relabeling dropped, or that can't be scraped.
package struct DroppedTarget: Sendable, Hashable {
    /// The job's name.
    package let job: String
    /// The labels before relabeling.
    package let discovered: LabelSet
    /// The rule of `relabel_configs` that dropped it, from 0; nil when it has an error.
    package let rule: Int?
    /// That rule in a few words; empty when it has an error.
    package let ruleText: String
    /// Why it can't be scraped; empty when a rule dropped it.
    package let error: String
}
