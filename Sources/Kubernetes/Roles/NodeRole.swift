package import Codecs
package import Telemetry

/// `role: node`: the kubelet of each node.
///
/// Source: Prometheus, `discovery/kubernetes/node.go`.
package enum NodeRole {
    /// Which of a node's addresses is taken, the best first.
    private static let addressTypes = [
        "InternalIP", "InternalDNS", "ExternalIP", "ExternalDNS", "LegacyHostIP", "Hostname",
    ]

    /// The source of a node's group.
    package static func source(_ name: String) -> String { "node/\(name)" }

    /// The group of a node; without targets while the node has no address.
    package static func group(_ node: NodeObject) -> TargetGroup {
        let name = node.metadata.name
        var common = MetaLabels()
        common.add("node_provider_id", node.providerID)
        for condition in node.conditions {
            let type = MetaLabels.sanitized(condition.type.lowercased())
            common.add("node_condition_\(type)", condition.status.lowercased())
        }
        common.add(node.metadata, of: "node")
        var group = TargetGroup(source: self.source(name), labels: common.labels)
        let host = self.addressTypes.lazy
            .compactMap { type in node.addresses.first { $0.type == type }?.address }.first
        guard let host else { return group }
        var target = MetaLabels()
        target.add(whole: "__address__", MetaLabels.address(host, node.kubeletPort))
        target.add(whole: "instance", name)
        // The first address of each type, so the last one that is added.
        for address in node.addresses.reversed() {
            let type = MetaLabels.sanitized(address.type)
            target.add("node_address_\(type)", address.address)
        }
        group.targets = [target.labels]
        return group
    }
}
