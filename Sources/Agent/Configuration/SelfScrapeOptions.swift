package import Config

/// `self_scrape`: the agent's own expositions as targets, where samples are sent on.
package struct SelfScrapeOptions: ComponentOptions, Hashable {
    /// How often, unless `global.scrape_interval` holds.
    package let interval: Duration?
    /// The `job` of the node's metrics.
    package let nodeJob: String
    /// The `job` of what the cluster says of this node and its pods.
    package let podsJob: String
    /// The `job` of the agent's own metrics.
    package let agentJob: String

    package init(from node: inout ConfigNode) throws(ConfigError) {
        self.interval = node.duration(
            "scrape_interval",
            in: .milliseconds(100) ... .seconds(3600),
            "How often; global.scrape_interval if unset.",
        )
        self.nodeJob = node.string(
            "node_job",
            default: "node-exporter",
            "The label job of the node's metrics; kube-prometheus's rules select this one.",
        )
        self.podsJob = node.string(
            "pods_job",
            default: "kube-state-metrics",
            "The label job of the pods' state; kube-prometheus's rules select this one.",
        )
        self.agentJob = node.string(
            "agent_job",
            default: "martlet",
            "The label job of the agent's own metrics.",
        )
    }
}
