import Telemetry

/// What a scrape configuration says about histograms.
package struct HistogramRules: Sendable, Hashable {
    /// Native histograms are taken.
    package var scrapesNative = false
    /// Classic histograms are taken even if they are native ones or are made native as well.
    package var keepsClassic = false
    /// Classic histograms become native ones with custom buckets.
    package var convertsClassic = false
    /// The most buckets of a native histogram, whose resolution is reduced until it fits; 0 for no
    /// limit.
    package var bucketLimit = 0
    /// Buckets are merged until each bound is at least so many times the one before; 0 for never.
    package var minimumBucketFactor = 0.0

    /// Prometheus's defaults.
    package init() {}

    /// Checks a histogram, and makes it as fine and as large as it may be.
    ///
    /// Source: Prometheus, `appenderWithLimits` and `Histogram.Validate`, in this order.
    func admit(_ histogram: inout NativeHistogram) throws(ScrapeFailure) {
        do throws(NativeHistogram.Flaw) {
            try histogram.validateBuckets()
            if !histogram.isCustom { histogram.compact() }
            let finest = NativeHistogram.schema(minimumFactor: self.minimumBucketFactor)
            if finest < NativeHistogram.exponentialSchemas.upperBound, histogram.schema > finest,
                NativeHistogram.reservedSchemas.contains(histogram.schema)
            {
                histogram.reduce(to: finest)
            }
            try histogram.validateSchema()
        } catch {
            throw ScrapeFailure(.histogram, error.description)
        }
        if self.bucketLimit > 0, !histogram.reduce(toBuckets: self.bucketLimit) {
            throw ScrapeFailure(
                .bucketLimit,
                "expected native histograms of at most \(self.bucketLimit) buckets "
                    + "(native_histogram_bucket_limit), found \(histogram.bucketCount) at the "
                    + "coarsest resolution",
            )
        }
    }
}
