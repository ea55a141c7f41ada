/// Which attachments of samples a receiver of remote write is sent.
package struct RemoteWriteFilter: Sendable, Hashable {
    /// Exemplars are sent.
    package var exemplars: Bool
    /// Native histograms are sent.
    package var histograms: Bool

    /// Prometheus's defaults: neither.
    package init(exemplars: Bool = false, histograms: Bool = false) {
        self.exemplars = exemplars
        self.histograms = histograms
    }
}

/// What an encoder has put into a body.
package struct RemoteWriteTally: Sendable, Hashable {
    /// Samples that are plain numbers.
    package var samples = 0
    /// Native histograms.
    package var histograms = 0
    /// Exemplars.
    package var exemplars = 0
    /// Native histograms with bounds of their own, which version 1.0 can't carry.
    package var customHistograms = 0
    /// Native histograms that the filter left out.
    package var unwantedHistograms = 0

    /// Nothing yet.
    package init() {}
}
