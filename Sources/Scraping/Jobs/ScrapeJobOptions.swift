package import Codecs
package import Pipeline
package import Telemetry

/// One entry of `scrape_configs`, key for key as Prometheus has it.
package struct ScrapeJobOptions: Sendable, Hashable {
    /// How targets are spoken to.
    package enum Scheme: String, Sendable, CaseIterable {
        case http
        case https
    }

    /// Addresses that share labels.
    package struct StaticTargets: Sendable, Hashable {
        /// Addresses as `host:port`.
        package var targets: [String]
        /// Labels of all of them.
        package var labels = LabelSet()

        /// Describes a group.
        package init(_ targets: [String], labels: LabelSet = LabelSet()) {
            self.targets = targets
            self.labels = labels
        }
    }

    /// The job's name, and the value of its targets' label `job`.
    package var jobName: String
    /// How often targets are scraped.
    package var interval: Duration
    /// The time for one scrape.
    package var timeout: Duration
    /// The path of the exposition.
    package var metricsPath = "/metrics"
    /// How targets are spoken to.
    package var scheme = Scheme.http
    /// The URL's parameters by name.
    package var params: [String: [String]] = [:]
    /// Asks for compressed bodies.
    package var enableCompression = true
    /// The expositions to ask for.
    package var protocols: [ScrapeProtocol]
    /// The exposition to assume when an answer does not say.
    package var fallbackProtocol: ScrapeProtocol?
    /// What names may look like, and how targets are asked to write others.
    package var names: NameOptions
    /// What the series of a target become; target labels are added for each.
    package var series: SeriesRules
    /// Rewrites or drops targets.
    package var relabeling = Relabeling()
    /// What a scrape may be at most.
    package var limits: ScrapeLimits
    /// Which targets this agent scrapes where each node has one; nil when each target decides.
    package var scope: ScrapeScope?
    /// TLS, proxy and authorization.
    package var client = HTTPClientOptions()
    /// Targets that are listed.
    package var staticTargets: [StaticTargets] = []
    /// How other targets are found, in the registry's order.
    package var discoveries: [DiscoveryConfiguration] = []

    /// A job with Prometheus's defaults.
    package init(_ jobName: String, global: GlobalOptions = GlobalOptions()) {
        self.jobName = jobName
        self.interval = global.scrapeInterval
        self.timeout = global.scrapeTimeout
        self.protocols = global.protocols.isEmpty ? ScrapeProtocol.standard : global.protocols
        self.names = global.names
        self.limits = global.limits
        self.series = SeriesRules()
        self.series.histograms = global.histograms
        self.series.legacyNames = global.names.validation == .legacy
        self.series.externalLabels = global.externalLabels
        self.applyLimits()
    }

    mutating func applyLimits() {
        self.series.sampleLimit = self.limits.samples
        self.series.labelLimit = self.limits.labels
        self.series.labelNameLengthLimit = self.limits.labelNameLength
        self.series.labelValueLengthLimit = self.limits.labelValueLength
    }
}
