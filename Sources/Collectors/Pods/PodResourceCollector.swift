package import Codecs
package import Config
package import Pipeline

/// What containers ask for and may use, and what their pods need themselves.
///
/// Source: kube-state-metrics 2.20, `internal/store/pod.go`.
package struct PodResourceCollector: Collector, ~Copyable {
    package static let name: ComponentName = "pod_resources"

    private typealias Amounts = (PodObject.Container) -> [ObjectMetadata.Pair]

    private let cluster: any NodeObjects

    package init(_ options: NoOptions, in context: ComponentContext) throws(ConfigError) {
        self.cluster = context.cluster
    }

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        let pods = try self.cluster.knownPods()
        let ordinary = pods.map { ($0, $0.containers) }
        Self.write(ContainerFamilies.ordinary.requests, ordinary, into: &metrics, \.requests)
        Self.write(ContainerFamilies.ordinary.limits, ordinary, into: &metrics, \.limits)
        let initial = pods.map { ($0, $0.initContainers) }
        Self.write(ContainerFamilies.initial.requests, initial, into: &metrics, \.requests)
        Self.write(ContainerFamilies.initial.limits, initial, into: &metrics, \.limits)
        metrics.family(
            "kube_pod_overhead_cpu_cores",
            .gauge,
            "The pod overhead in regards to cpu cores associated with running a pod.",
        )
        Self.writeOverhead("cpu", of: pods, into: &metrics)
        metrics.family(
            "kube_pod_overhead_memory_bytes",
            .gauge,
            "The pod overhead in regards to memory associated with running a pod.",
        )
        Self.writeOverhead("memory", of: pods, into: &metrics)
    }

    private static func write(
        _ family: MetricFamily,
        _ pods: [(PodObject, [PodObject.Container])],
        into metrics: inout MetricWriter,
        _ amounts: Amounts,
    ) {
        metrics.family(family)
        for (pod, containers) in pods {
            for container in containers {
                for amount in amounts(container).compactMap({ ResourceAmount($0) }) {
                    metrics.sample(of: pod, amount.value) { labels in
                        labels.add("container", container.name)
                        labels.add("node", pod.nodeName)
                        labels.add("resource", amount.resource)
                        labels.add("unit", amount.unit)
                    }
                }
            }
        }
    }

    private static func writeOverhead(
        _ resource: String,
        of pods: [PodObject],
        into metrics: inout MetricWriter,
    ) {
        for pod in pods {
            for pair in pod.overhead where pair.key == resource {
                if let amount = ResourceAmount(pair) { metrics.sample(of: pod, amount.value) }
            }
        }
    }
}
