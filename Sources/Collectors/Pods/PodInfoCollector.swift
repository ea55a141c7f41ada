package import Codecs
package import Config
package import Pipeline

/// What pods are: where they run, whose they are, and when they came and go.
///
/// Source: kube-state-metrics 2.20, `internal/store/pod.go`.
package struct PodInfoCollector: Collector, ~Copyable {
    package static let name: ComponentName = "pod_info"

    private let cluster: any NodeObjects

    package init(_ options: NoOptions, in context: ComponentContext) throws(ConfigError) {
        self.cluster = context.cluster
    }

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        let pods = try self.cluster.knownPods()
        Self.writeInfo(of: pods, into: &metrics)
        Self.writeAddresses(of: pods, into: &metrics)
        Self.writeOwners(of: pods, into: &metrics)
        Self.writeSettings(of: pods, into: &metrics)
        Self.writeTimes(of: pods, into: &metrics)
    }

    private static func writeInfo(of pods: [PodObject], into metrics: inout MetricWriter) {
        metrics.family("kube_pod_info", .gauge, "Information about pod.")
        for pod in pods {
            let creator = pod.metadata.controller
            metrics.sample(of: pod, 1) { labels in
                labels.add("host_ip", pod.hostIP)
                labels.add("pod_ip", pod.podIP)
                labels.add("node", pod.nodeName)
                labels.add("created_by_kind", creator?.kind ?? "")
                labels.add("created_by_name", creator?.name ?? "")
                labels.add("priority_class", pod.priorityClass)
                labels.add("host_network", pod.usesHostNetwork ? "true" : "false")
            }
        }
    }

    private static func writeAddresses(of pods: [PodObject], into metrics: inout MetricWriter) {
        metrics.family("kube_pod_ips", .gauge, "Pod IP addresses")
        for pod in pods {
            for ip in pod.podIPs {
                // An IPv4 address in the form of IPv6 is one of IPv4.
                let isMapped = ip.utf8.contains(UInt8(ascii: ":")) && ip.utf8.contains(0x2e)
                let family = isMapped || !ip.utf8.contains(UInt8(ascii: ":")) ? "4" : "6"
                metrics.sample(of: pod, 1) { labels in
                    labels.add("ip", ip)
                    labels.add("ip_family", family)
                }
            }
        }
    }

    private static func writeOwners(of pods: [PodObject], into metrics: inout MetricWriter) {
        metrics.family("kube_pod_owner", .gauge, "Information about the Pod's owner.")
        for pod in pods {
            for owner in pod.metadata.owners {
                metrics.sample(of: pod, 1) { labels in
                    labels.add("owner_kind", owner.kind)
                    labels.add("owner_name", owner.name)
                    labels.add("owner_is_controller", owner.isController ? "true" : "false")
                }
            }
            if !pod.metadata.owners.isEmpty { continue }
            metrics.sample(of: pod, 1) { labels in
                labels.add("owner_kind", "")
                labels.add("owner_name", "")
                labels.add("owner_is_controller", "")
            }
        }
    }

    private static func writeSettings(of pods: [PodObject], into metrics: inout MetricWriter) {
        metrics.family(
            "kube_pod_restart_policy",
            .gauge,
            "Describes the restart policy in use by this pod.",
        )
        for pod in pods {
            metrics.sample(of: pod, 1) { $0.add("type", pod.restartPolicy) }
        }
        metrics.family("kube_pod_service_account", .gauge, "The service account for a pod.")
        for pod in pods {
            metrics.sample(of: pod, 1) { $0.add("service_account", pod.serviceAccount) }
        }
        metrics.family("kube_pod_scheduler", .gauge, "The scheduler for a pod.")
        for pod in pods { metrics.sample(of: pod, 1) { $0.add("name", pod.scheduler) } }
        metrics.family(
            "kube_pod_runtimeclass_name_info",
            .gauge,
            "The runtimeclass associated with the pod.",
        )
        for pod in pods where !pod.runtimeClass.isEmpty {
            metrics.sample(of: pod, 1) { $0.add("runtimeclass_name", pod.runtimeClass) }
        }
    }

    private static func writeTimes(of pods: [PodObject], into metrics: inout MetricWriter) {
        metrics.family("kube_pod_created", .gauge, "Unix creation timestamp")
        for pod in pods { metrics.sample(of: pod, time: pod.metadata.created) }
        metrics.family("kube_pod_deletion_timestamp", .gauge, "Unix deletion timestamp")
        for pod in pods { metrics.sample(of: pod, time: pod.metadata.deleted) }
        metrics.family(
            "kube_pod_start_time",
            .gauge,
            "Start time in unix timestamp for a pod.",
        )
        for pod in pods { metrics.sample(of: pod, time: pod.started) }
        metrics.family(
            "kube_pod_completion_time",
            .gauge,
            "Completion time in unix timestamp for a pod.",
        )
        for pod in pods {
            let ends = pod.containerStatuses.compactMap { $0.state.termination?.finished }
            metrics.sample(of: pod, time: ends.max())
        }
    }
}
