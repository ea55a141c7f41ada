package import Config
package import Kubernetes

/// `kubernetes`: which node this is, and who tells of its pods.
package struct KubernetesOptions: ComponentOptions, Hashable {
    /// The node's name; nil takes the environment's `NODE_NAME`, then the host's name.
    package let nodeName: String?
    /// Who tells of this node's pods.
    package let cluster: NodeClusterOptions
    /// With whom targets of no node are divided; nil for nobody.
    package let agents: AgentMembershipOptions?
    /// Whether pods are scraped by their annotations; nil where nothing else says what is scraped.
    package let podAnnotations: Bool?

    package init(from node: inout ConfigNode) throws(ConfigError) {
        self.nodeName = node.string(
            "node_name",
            "This node's name, as `instance` and in records; NODE_NAME or the host's name if unset.",
        )
        self.cluster = try NodeClusterOptions(reading: &node)
        self.agents = node.optionalSection(
            "agents",
            AgentMembershipOptions.self,
            "The cluster's other agents, with whom targets of no node are divided.",
        )
        self.podAnnotations = node.bool(
            "pod_annotations",
            "Scrapes this node's pods by prometheus.io/scrape, port, path and scheme, as the job "
                + "kubernetes-pods. When absent: in a cluster, with a remote_write and without "
                + "scrape_configs.",
        )
    }
}
