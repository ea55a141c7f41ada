package import Codecs
package import Config
package import Telemetry

/// Prometheus's `global` section.
package struct GlobalOptions: ComponentOptions, Hashable {
    /// How often targets are scraped, unless their job says otherwise.
    package var scrapeInterval = Duration.seconds(60)
    /// The time for one scrape, unless the job says otherwise.
    package var scrapeTimeout = Duration.seconds(10)
    /// The labels that every series gets on its way out, unless it has them.
    package var externalLabels = LabelSet()
    /// What targets are asked for, unless the job says otherwise.
    package var protocols: [ScrapeProtocol] = []
    /// Limits of jobs that do not set their own.
    package var limits = ScrapeLimits()
    /// What becomes of histograms, unless the job says otherwise.
    package var histograms = HistogramRules()
    /// What names may look like, unless the job says otherwise.
    package var names = NameOptions()

    /// Prometheus's defaults.
    package init() {}

    /// Reads the section.
    package init(from node: inout ConfigNode) throws(ConfigError) {
        let positive = Duration.milliseconds(1)...DurationSyntax.longest
        self.scrapeInterval = node.duration(
            "scrape_interval",
            default: self.scrapeInterval,
            in: positive,
            "How often targets are scraped.",
        )
        // As in Prometheus, the default time-out gives way to a shorter interval.
        let timeout = node.duration("scrape_timeout", in: positive, "The time for one scrape.")
        self.scrapeTimeout = timeout ?? min(self.scrapeTimeout, self.scrapeInterval)
        if self.scrapeTimeout > self.scrapeInterval {
            node.reject("scrape_timeout", expected: "at most scrape_interval")
        }
        for label in node.stringMap(
            "external_labels",
            substitution: .prometheus,
            "Labels that every series gets on its way out.",
        ) {
            self.externalLabels[label.name] = label.value
        }
        self.protocols = ScrapeProtocols.read(&node)
        self.limits = ScrapeLimits(readingFrom: &node, defaults: self.limits)
        self.histograms.read(&node)
        self.names = NameOptions(readingGlobalFrom: &node)
        Self.readUnsupported(&node)
    }

    private static func readUnsupported(_ node: inout ConfigNode) {
        node.unsupported("evaluation_interval", "Rules are not evaluated here.")
        node.unsupported("rule_query_offset", "Rules are not evaluated here.")
        node.unsupported("query_log_file", "There are no queries here.")
        node.unsupported("scrape_failure_log_file", "Failures are in the log and on the page.")
        node.unsupported("runtime", "This is a setting of Go programs.")
    }
}

/// The key `scrape_protocols`.
enum ScrapeProtocols {
    /// Reads it; nothing when it is absent.
    static func read(_ node: inout ConfigNode) -> [ScrapeProtocol] {
        let isPresent = node.isPresent("scrape_protocols")
        let protocols = node.list(
            "scrape_protocols",
            of: .choice(ScrapeProtocol.self),
            "The expositions to ask for, the best first.",
        )
        if isPresent, protocols.isEmpty {
            node.reject("scrape_protocols", expected: "at least one exposition")
        }
        if Set(protocols).count < protocols.count {
            node.reject("scrape_protocols", expected: "each exposition once")
        }
        return protocols
    }
}
