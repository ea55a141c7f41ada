package import Telemetry

/// Where the samples of a scrape go.
package protocol SampleReceiver: Sendable {
    /// Takes the samples of one scrape, in the order of the exposition.
    ///
    /// Called on the scrapes' thread, one scrape at a time; both arguments are borrowed for the
    /// length of the call, so what is kept must be copied or encoded. Must not block: a receiver
    /// without room drops, and counts what it drops.
    func receive(_ samples: borrowing SampleBatch, of series: borrowing SeriesTable)

    /// Forgets what is kept for the series of a target that is gone; see `SeriesTable.source`.
    func forget(source: UInt64)
}

/// Where the metadata of the scraped families can be had.
package protocol MetadataProvider: Sendable {
    /// Every family of every target, each name once, sorted by name.
    func metadata() async -> [MetricMetadata]
}
