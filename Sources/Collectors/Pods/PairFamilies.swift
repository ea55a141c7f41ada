import Codecs
import Config
import Pipeline

/// Labels or annotations of pods and of this node as labels of series, those that are asked for.
///
/// Source: kube-state-metrics 2.20, `createPrometheusLabelKeysValues`.
struct PairFamilies: Sendable {
    /// Which of both are shown.
    enum Kind: String, Sendable {
        case label
        case annotation

        fileprivate func pairs(of metadata: ObjectMetadata) -> [ObjectMetadata.Pair] {
            switch self {
            case .label: metadata.labels
            case .annotation: metadata.annotations
            }
        }
    }

    private let kind: Kind
    private let pods: AllowList
    private let nodes: AllowList

    /// Reads the lists of what is shown.
    init(_ kind: Kind, from node: inout ConfigNode) {
        self.kind = kind
        self.pods = AllowList("pods", from: &node, "Which become kube_pod_\(kind)s")
        self.nodes = AllowList("nodes", from: &node, "Which become kube_node_\(kind)s")
    }

    /// Writes the families of which something is shown.
    func write(
        _ cluster: any NodeObjects,
        into metrics: inout MetricWriter,
    ) throws(CollectError) {
        let help = "Kubernetes \(self.kind)s converted to Prometheus labels."
        if !self.pods.isEmpty {
            metrics.family("kube_pod_\(self.kind)s", .gauge, help)
            for pod in try cluster.knownPods() {
                let shown = self.shown(pod.metadata, self.pods)
                metrics.sample(of: pod, 1) { labels in
                    for pair in shown { labels.add(pair.key, pair.value) }
                }
            }
        }
        if !self.nodes.isEmpty {
            let node = try cluster.knownNode()
            metrics.family("kube_node_\(self.kind)s", .gauge, help)
            let shown = self.shown(node.metadata, self.nodes)
            metrics.sample(of: node, 1) { labels in
                for pair in shown { labels.add(pair.key, pair.value) }
            }
        }
    }

    private func shown(_ metadata: ObjectMetadata, _ list: AllowList) -> [ObjectMetadata.Pair] {
        list.shown(self.kind.rawValue, self.kind.pairs(of: metadata))
    }
}
