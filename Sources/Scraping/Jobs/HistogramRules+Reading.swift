import Config

/// The keys about histograms, of `global` and of a job.
///
/// Source: Prometheus, `config/config.go`, `GlobalConfig` and `ScrapeConfig`.
extension HistogramRules {
    /// Reads which histograms are taken; what is there already are the defaults.
    mutating func read(_ node: inout ConfigNode) {
        self.scrapesNative = node.bool(
            "scrape_native_histograms",
            default: self.scrapesNative,
            "Takes native histograms, and asks for protobuf, which carries them.",
        )
        self.convertsClassic = node.bool(
            "convert_classic_histograms_to_nhcb",
            default: self.convertsClassic,
            "Makes native histograms with custom buckets of classic ones.",
        )
        let older = "scrape_classic_histograms"
        let keeps = node.bool(older, "The older name of always_scrape_classic_histograms.")
        self.keepsClassic = node.bool(
            "always_scrape_classic_histograms",
            default: keeps ?? self.keepsClassic,
            "Takes classic histograms also where they are native ones or are made native.",
        )
    }

    /// Reads how fine and how large native histograms may be, which only jobs say.
    mutating func readLimits(_ node: inout ConfigNode) {
        self.bucketLimit = node.int(
            "native_histogram_bucket_limit",
            default: self.bucketLimit,
            in: 0 ... .max,
            "The most buckets of a native histogram; its resolution is reduced until it fits.",
        )
        self.minimumBucketFactor = node.double(
            "native_histogram_min_bucket_factor",
            default: self.minimumBucketFactor,
            "Merges buckets until each bound is at least so many times the one before.",
        )
    }
}
