package import Codecs
package import Config
package import Pipeline

/// How the cluster says that this node is: conditions and resources.
///
/// Source: kube-state-metrics 2.20, `internal/store/node.go`.
package struct NodeStatusCollector: Collector, ~Copyable {
    package static let name: ComponentName = "node_status"

    private let cluster: any NodeObjects

    package init(_ options: NoOptions, in context: ComponentContext) throws(ConfigError) {
        self.cluster = context.cluster
    }

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        let node = try self.cluster.knownNode()
        metrics.family(
            "kube_node_status_condition",
            .gauge,
            "The condition of a cluster node.",
        )
        for condition in node.conditions {
            condition.visitStatuses { status, value in
                metrics.sample(of: node, value) { labels in
                    labels.add("condition", condition.type)
                    labels.add("status", status)
                }
            }
        }
        metrics.family(
            "kube_node_status_capacity",
            .gauge,
            "The capacity for different resources of a node.",
        )
        Self.write(node.capacity, of: node, into: &metrics)
        metrics.family(
            "kube_node_status_allocatable",
            .gauge,
            "The allocatable for different resources of a node that are available for scheduling.",
        )
        Self.write(node.allocatable, of: node, into: &metrics)
    }

    private static func write(
        _ resources: [ObjectMetadata.Pair],
        of node: NodeObject,
        into metrics: inout MetricWriter,
    ) {
        for amount in resources.compactMap({ ResourceAmount($0, ofNode: true) }) {
            metrics.sample(of: node, amount.value) { labels in
                labels.add("resource", amount.resource)
                labels.add("unit", amount.unit)
            }
        }
    }
}
