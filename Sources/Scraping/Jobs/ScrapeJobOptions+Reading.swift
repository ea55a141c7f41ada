import Codecs
package import Config
import Pipeline
import Telemetry

extension ScrapeJobOptions {
    /// Reads `scrape_configs` and those of `scrape_config_files`; job names are unique in all.
    ///
    /// - Parameters:
    ///   - node: The top of the configuration.
    ///   - global: What jobs inherit.
    ///   - discoveries: The mechanisms that there are.
    /// - Returns: The jobs, those of the file itself first, and the other files' patterns.
    package static func readAll(
        _ node: inout ConfigNode,
        global: GlobalOptions,
        discoveries: [DiscoveryRegistration],
    ) -> (jobs: [ScrapeJobOptions], files: [String]) {
        var names: Set<String> = []
        func read(_ node: inout ConfigNode) -> [ScrapeJobOptions] {
            node.sections("scrape_configs", "What is scraped, and how.") {
                node throws(ConfigError) in
                let job = try ScrapeJobOptions(from: &node, global: global, discoveries)
                if !names.insert(job.jobName).inserted {
                    node.reject(
                        "job_name",
                        because:
                            "expected a name that no other job has, found \(job.jobName) again",
                        remedy: "give each job a name of its own",
                    )
                }
                return job
            }
        }
        let jobs = read(&node)
        let included = node.includedFiles(
            "scrape_config_files",
            "Files with further scrape_configs; * may stand in the last part of a path.",
        ) { node throws(ConfigError) in read(&node) }
        return (jobs + included.values.flatMap(\.self), included.patterns)
    }

    /// Reads one entry.
    package init(
        from node: inout ConfigNode,
        global: GlobalOptions,
        _ discoveries: [DiscoveryRegistration],
    ) throws(ConfigError) {
        self.init(
            node.requiredString("job_name", "The job's name, and the label job of its series."),
            global: global,
        )
        self.readPace(&node)
        self.series.histograms.read(&node)
        self.series.histograms.readLimits(&node)
        // Protobuf alone carries native histograms, so that it is liked best where nothing is said.
        let asksForNative = self.series.histograms.scrapesNative && global.protocols.isEmpty
        self.readRequest(&node, asksForNative: asksForNative)
        self.names = NameOptions(from: &node, global: global.names)
        self.readSeries(&node)
        self.staticTargets = node.sections("static_configs", "Targets that are listed here.") {
            node throws(ConfigError) in self.readTargets(&node)
        }
        self.scope = ScrapeScope.read(&node)
        self.discoveries = discoveries.flatMap { $0.read(&node) }
        for place in self.discoveries.indices { self.discoveries[place].scope = self.scope }
        self.client = HTTPClientOptions(readingFrom: &node)
        Self.readUnsupported(&node, discoveries.map(\.mechanism))
    }

    private mutating func readPace(_ node: inout ConfigNode) {
        let positive = Duration.milliseconds(1)...DurationSyntax.longest
        self.interval = node.duration(
            "scrape_interval",
            default: self.interval,
            in: positive,
            "How often targets are scraped.",
        )
        let timeout = node.duration("scrape_timeout", in: positive, "The time for one scrape.")
        self.timeout = timeout ?? min(self.timeout, self.interval)
        if self.timeout > self.interval {
            node.reject("scrape_timeout", expected: "at most the interval")
        }
    }

    private mutating func readRequest(_ node: inout ConfigNode, asksForNative: Bool) {
        self.metricsPath = node.string(
            "metrics_path",
            default: self.metricsPath,
            "The path of the exposition.",
        )
        self.scheme = node.choice("scheme", default: self.scheme, "How targets are spoken to.")
        for parameter in node.listMap(
            "params",
            of: .string(),
            "The URL's parameters.",
        ) {
            self.params[parameter.name] = parameter.value
        }
        self.enableCompression = node.bool(
            "enable_compression",
            default: self.enableCompression,
            "Asks for compressed bodies.",
        )
        let protocols = ScrapeProtocols.read(&node)
        if !protocols.isEmpty {
            self.protocols = protocols
        } else if asksForNative {
            self.protocols = [.protobuf] + ScrapeProtocol.standard
        }
        self.fallbackProtocol = node.choice(
            "fallback_scrape_protocol",
            of: ScrapeProtocol.self,
            "The exposition to assume when an answer does not say which it is.",
        )
    }

    private mutating func readSeries(_ node: inout ConfigNode) {
        self.limits = ScrapeLimits(readingFrom: &node, defaults: self.limits)
        self.applyLimits()
        self.series.seriesLimit = node.int(
            "series_limit",
            default: 0,
            in: 0...10_000_000,
            "vmagent's key: the most different series of a target in 24 hours, 0 for no limit; "
                + "samples of further ones are left out and counted.",
        )
        self.series.honorLabels = node.bool(
            "honor_labels",
            default: false,
            "On a conflict scraped labels win over the target's.",
        )
        self.series.honorTimestamps = node.bool(
            "honor_timestamps",
            default: true,
            "Times written in the exposition count.",
        )
        self.series.trackTimestampsStaleness = node.bool(
            "track_timestamps_staleness",
            default: false,
            "Series with times of their own get stale markers too.",
        )
        self.series.extraScrapeMetrics = node.bool(
            "extra_scrape_metrics",
            default: false,
            "Adds series about the scrape's limits.",
        )
        let isLegacy = self.names.validation == .legacy
        self.series.legacyNames = isLegacy
        self.relabeling = Relabeling(
            node.sections("relabel_configs", RelabelRule.self, "Rewrites or drops targets."),
            legacyNames: isLegacy,
        )
        self.series.metricRelabeling = Relabeling(
            node.sections("metric_relabel_configs", RelabelRule.self, "Rewrites or drops series."),
            legacyNames: isLegacy,
        )
    }

    private func readTargets(_ node: inout ConfigNode) -> StaticTargets {
        var group = StaticTargets(node.strings("targets", "Addresses as host:port."))
        for label in node.stringMap("labels", "Labels of all of them.") {
            group.labels[label.name] = label.value
        }
        // With rules, what is listed may be anything that they make an address of.
        if !self.relabeling.isEmpty { return group }
        for target in group.targets where target.contains("/") {
            node.reject(
                "targets",
                because: "expected host:port, found \(target)",
                remedy: "write the path under metrics_path and the scheme under scheme",
            )
        }
        return group
    }

    private static func readUnsupported(_ node: inout ConfigNode, _ known: [String]) {
        node.unsupported("scrape_failure_log_file", "Failures are in the log and on the page.")
        for name in Self.discoveries where !known.contains(name) {
            node.unsupported(
                "\(name)_sd_configs",
                "this discovery is not there yet; the job's other targets are scraped.",
            )
        }
    }

    private static let discoveries = [
        "azure", "consul", "digitalocean", "dns", "docker", "dockerswarm", "ec2", "eureka", "file",
        "gce", "hetzner", "http", "ionos", "kubernetes", "kuma", "lightsail", "linode", "marathon",
        "nerve", "nomad", "openstack", "ovhcloud", "puppetdb", "scaleway", "serverset", "stackit",
        "triton", "uyuni", "vultr",
    ]
}
