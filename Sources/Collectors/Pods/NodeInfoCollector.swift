package import Codecs
package import Config
package import Pipeline

/// What the cluster says that this node is.
///
/// Source: kube-state-metrics 2.20, `internal/store/node.go`.
package struct NodeInfoCollector: Collector, ~Copyable {
    package static let name: ComponentName = "node_info"

    private static let rolePrefix = "node-role.kubernetes.io/"

    private let cluster: any NodeObjects

    package init(_ options: NoOptions, in context: ComponentContext) throws(ConfigError) {
        self.cluster = context.cluster
    }

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        let node = try self.cluster.knownNode()
        Self.writeInfo(of: node, into: &metrics)
        metrics.family("kube_node_created", .gauge, "Unix creation timestamp")
        if let time = node.metadata.created { metrics.sample(of: node, Double(time)) }
        metrics.family("kube_node_deletion_timestamp", .gauge, "Unix deletion timestamp")
        if let time = node.metadata.deleted { metrics.sample(of: node, Double(time)) }
        metrics.family("kube_node_role", .gauge, "The role of a cluster node.")
        for label in node.metadata.labels where label.key.hasPrefix(Self.rolePrefix) {
            let role = String(label.key.dropFirst(Self.rolePrefix.count))
            metrics.sample(of: node, 1) { $0.add("role", role) }
        }
        metrics.family("kube_node_spec_pod_cidrs", .gauge, "The pod CIDRs of a cluster node.")
        for range in node.podCIDRs { metrics.sample(of: node, 1) { $0.add("pod_cidr", range) } }
        metrics.family("kube_node_spec_taint", .gauge, "The taint of a cluster node.")
        for taint in node.taints {
            metrics.sample(of: node, 1) { labels in
                labels.add("key", taint.key)
                labels.add("value", taint.value)
                labels.add("effect", taint.effect)
            }
        }
        metrics.family(
            "kube_node_spec_unschedulable",
            .gauge,
            "Whether a node can schedule new pods.",
        )
        metrics.sample(of: node, node.isUnschedulable ? 1 : 0)
    }

    private static func writeInfo(of node: NodeObject, into metrics: inout MetricWriter) {
        metrics.family("kube_node_info", .gauge, "Information about a cluster node.")
        let internalIP = node.addresses.last { $0.type == "InternalIP" }
        metrics.sample(of: node, 1) { labels in
            labels.add("kernel_version", node.system.kernelVersion)
            labels.add("os_image", node.system.osImage)
            labels.add("container_runtime_version", node.system.containerRuntime)
            labels.add("kubelet_version", node.system.kubelet)
            labels.add("kubeproxy_version", "deprecated")
            labels.add("provider_id", node.providerID)
            labels.add("pod_cidr", node.podCIDR)
            labels.add("system_uuid", node.system.systemUUID)
            labels.add("internal_ip", internalIP?.address ?? "")
        }
        metrics.family("kube_node_status_addresses", .gauge, "Node address information.")
        for address in node.addresses {
            metrics.sample(of: node, 1) { labels in
                labels.add("type", address.type)
                labels.add("address", address.address)
            }
        }
    }
}
