package import Codecs
package import Config
package import Pipeline

/// Labels of pods and of this node as labels of series, those that are asked for.
///
/// Source: kube-state-metrics 2.20, `createPrometheusLabelKeysValues`.
package struct LabelCollector: Collector, ~Copyable {
    package static let name: ComponentName = "labels"

    /// What `labels` can be told.
    package struct Options: ComponentOptions {
        let pods: AllowList
        let nodes: AllowList

        package init(from node: inout ConfigNode) throws(ConfigError) {
            self.pods = AllowList("pods", from: &node, "Which become kube_pod_labels")
            self.nodes = AllowList("nodes", from: &node, "Which become kube_node_labels")
        }
    }

    private static let help = "Kubernetes labels converted to Prometheus labels."

    private let options: Options
    private let cluster: any NodeObjects

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.options = options
        self.cluster = context.cluster
    }

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        if !self.options.pods.isEmpty {
            metrics.family("kube_pod_labels", .gauge, Self.help)
            for pod in try self.cluster.knownPods() {
                let shown = self.options.pods.shown("label", pod.metadata.labels)
                metrics.sample(of: pod, 1) { labels in
                    for pair in shown { labels.add(pair.key, pair.value) }
                }
            }
        }
        if !self.options.nodes.isEmpty {
            let node = try self.cluster.knownNode()
            metrics.family("kube_node_labels", .gauge, Self.help)
            let shown = self.options.nodes.shown("label", node.metadata.labels)
            metrics.sample(of: node, 1) { labels in
                for pair in shown { labels.add(pair.key, pair.value) }
            }
        }
    }
}
