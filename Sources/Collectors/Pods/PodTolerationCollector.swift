package import Codecs
package import Config
package import Pipeline

/// The taints that pods tolerate.
///
/// Source: kube-state-metrics 2.20, `internal/store/pod.go`.
package struct PodTolerationCollector: Collector, ~Copyable {
    package static let name: ComponentName = "pod_tolerations"

    private let cluster: any NodeObjects

    package init(_ options: NoOptions, in context: ComponentContext) throws(ConfigError) {
        self.cluster = context.cluster
    }

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        let pods = try self.cluster.knownPods()
        metrics.family("kube_pod_tolerations", .gauge, "Information about the pod tolerations")
        for pod in pods {
            // The API takes the same toleration twice.
            for toleration in Set(pod.tolerations) {
                metrics.sample(of: pod, 1) { labels in
                    labels.add("key", toleration.key)
                    labels.add("operator", toleration.comparison)
                    labels.add("value", toleration.value)
                    labels.add("effect", toleration.effect)
                    labels.add("toleration_seconds", toleration.seconds.map(String.init) ?? "")
                }
            }
        }
    }
}
