package import Config
package import Pipeline
package import Scraping
package import Sinks

/// The whole configuration file.
package struct AgentOptions: ComponentOptions {
    package let server: ServerOptions
    package let host: HostOptions
    package let node: NodeOptions
    package let pods: PodsOptions
    package let kubernetes: KubernetesOptions
    package let agent: SelfOptions
    package let global: GlobalOptions
    package let scrapeJobs: [ScrapeJobOptions]
    /// Patterns of the files that `scrape_config_files` names.
    package let scrapeConfigFiles: [String]
    package let remoteWrite: [RemoteWriteOptions]
    package let selfScrape: SelfScrapeOptions?
    package let logs: LogsOptions
    /// Tells whether another configuration has the same `logs` section.
    package let logsFingerprint: Int

    package init(from node: inout ConfigNode) throws(ConfigError) {
        self.server = try node.section(
            "server",
            ServerOptions.self,
            "The agent's own port: metrics, page and API.",
        )
        self.host = try node.section(
            "host",
            HostOptions.self,
            "Where the host's file systems are mounted.",
        )
        self.node = try node.section("node", NodeOptions.self, "The node's own metrics.")
        self.pods = try node.section(
            "pods",
            PodsOptions.self,
            "What the cluster says of this node and its pods.",
        )
        self.kubernetes = try node.section(
            "kubernetes",
            KubernetesOptions.self,
            "What the agent knows of its cluster.",
        )
        self.agent = try node.section(
            "agent",
            SelfOptions.self,
            "How the agent speaks of itself and how it stops.",
        )
        self.global = try node.section(
            "global",
            GlobalOptions.self,
            "Prometheus's global section.",
        )
        (self.scrapeJobs, self.scrapeConfigFiles) = ScrapeJobOptions.readAll(
            &node,
            global: self.global,
            discoveries: Registry.discoveries,
        )
        self.remoteWrite = node.sections(
            "remote_write",
            RemoteWriteOptions.self,
            "Where samples are sent, by Prometheus's remote write.",
        )
        self.selfScrape = node.switchableSection(
            "self_scrape",
            SelfScrapeOptions.self,
            onByDefault: true,
            "The agent's own expositions as targets; without remote_write there are none.",
        )
        self.logsFingerprint = node.fingerprint(of: "logs")
        self.logs = try node.section("logs", "Log collection.") { node throws(ConfigError) in
            try LogsOptions(from: &node, types: Registry.logTypes)
        }
        Self.readUnsupported(&node)
    }

    /// Prometheus's keys that mean nothing to an agent: named in a warning, never ignored silently.
    private static func readUnsupported(_ node: inout ConfigNode) {
        let reason = "an agent forwards samples and evaluates no rules; use Prometheus or a ruler."
        node.unsupported("rule_files", reason)
        node.unsupported("alerting", reason)
        node.unsupported("remote_read", "an agent stores nothing that could be read.")
        node.unsupported("storage", "an agent stores nothing; see remote_write.")
        node.unsupported("tracing", "the agent's own traces are not there yet.")
        node.unsupported("otlp", "OTLP metrics are not received yet.")
        node.unsupported("runtime", "it tunes Prometheus's own runtime.")
    }
}
