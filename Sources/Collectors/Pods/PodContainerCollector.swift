package import Codecs
package import Config
package import Pipeline

/// How the containers of pods are: state, restarts and reasons.
///
/// Source: kube-state-metrics 2.20, `internal/store/pod.go`.
package struct PodContainerCollector: Collector, ~Copyable {
    package static let name: ComponentName = "pod_containers"

    private typealias Status = PodObject.ContainerStatus

    private let cluster: any NodeObjects

    package init(_ options: NoOptions, in context: ComponentContext) throws(ConfigError) {
        self.cluster = context.cluster
    }

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        let pods = try self.cluster.knownPods()
        Self.writeInfo(of: pods, into: &metrics)
        Self.write(.ordinary, pods.map { ($0, $0.containerStatuses) }, into: &metrics)
        Self.write(.initial, pods.map { ($0, $0.initContainerStatuses) }, into: &metrics)
    }

    private static func writeInfo(of pods: [PodObject], into metrics: inout MetricWriter) {
        func add(
            _ container: PodObject.Container,
            _ status: Status,
            to labels: inout MetricLabels,
        ) {
            labels.add("container", status.name)
            labels.add("image_spec", container.image)
            labels.add("image", status.image)
            labels.add("image_id", status.imageID)
            labels.add("container_id", status.containerID)
        }
        metrics.family(ContainerFamilies.ordinary.info)
        for pod in pods {
            let containers = Self.byName(pod.containers)
            for status in pod.containerStatuses {
                guard let container = containers[status.name] else { continue }
                metrics.sample(of: pod, 1) { add(container, status, to: &$0) }
            }
        }
        metrics.family(ContainerFamilies.initial.info)
        for pod in pods {
            let containers = Self.byName(pod.initContainers)
            for status in pod.initContainerStatuses {
                guard let container = containers[status.name] else { continue }
                metrics.sample(of: pod, 1) { labels in
                    add(container, status, to: &labels)
                    labels.add("restart_policy", container.restartPolicy)
                }
            }
        }
    }

    private static func byName(
        _ containers: [PodObject.Container]
    ) -> [String: PodObject.Container] {
        Dictionary(containers.map { ($0.name, $0) }) { first, _ in first }
    }

    private static func write(
        _ families: ContainerFamilies,
        _ pods: [(PodObject, [Status])],
        into metrics: inout MetricWriter,
    ) {
        /// One series for each container that has a value.
        func write(_ family: MetricFamily, _ value: (Status) -> Double?) {
            metrics.family(family)
            for (pod, statuses) in pods {
                for status in statuses {
                    guard let value = value(status) else { continue }
                    metrics.sample(of: pod, value) { $0.add("container", status.name) }
                }
            }
        }
        /// One series for each container that has a reason, which may be empty.
        func write(_ family: MetricFamily, reason: (Status) -> String?) {
            metrics.family(family)
            for (pod, statuses) in pods {
                for status in statuses {
                    guard let reason = reason(status) else { continue }
                    metrics.sample(of: pod, 1) { labels in
                        labels.add("container", status.name)
                        labels.add("reason", reason)
                    }
                }
            }
        }
        write(families.ready) { $0.isReady ? 1 : 0 }
        write(families.restarts) { Double($0.restarts) }
        write(families.waiting) { $0.state.waitingReason == nil ? 0 : 1 }
        write(families.running) { if case .running = $0.state { 1 } else { 0 } }
        write(families.terminated) { $0.state.termination == nil ? 0 : 1 }
        write(families.started) { $0.state.started.map(Double.init) }
        write(families.lastExitCode) { ($0.lastState.termination?.exitCode).map(Double.init) }
        write(families.lastTerminated) { ($0.lastState.termination?.finished).map(Double.init) }
        write(families.waitingReason, reason: { $0.state.waitingReason })
        write(families.terminatedReason, reason: { $0.state.termination?.reason })
        write(families.lastTerminatedReason, reason: { $0.lastState.termination?.reason })
    }
}
