package import Codecs
package import Config
package import Pipeline

/// How pods are: phase, conditions and reasons.
///
/// Source: kube-state-metrics 2.20, `internal/store/pod.go`.
package struct PodStatusCollector: Collector, ~Copyable {
    package static let name: ComponentName = "pod_status"

    private static let phases = ["Pending", "Succeeded", "Failed", "Unknown", "Running"]
    private static let classes = ["BestEffort", "Burstable", "Guaranteed"]
    /// Reasons that have a label of their own.
    private static let reasons = [
        "Evicted", "NodeAffinity", "NodeLost", "PreemptionByScheduler", "SchedulingGated",
        "Shutdown", "TerminationByKubelet", "UnexpectedAdmissionError",
    ]
    private static let disruptions: Set<String> = [
        "PreemptionByScheduler", "DeletionByTaintManager", "EvictionByEvictionAPI",
        "DeletionByPodGC", "TerminationByKubelet",
    ]
    /// Families of the time at which a condition got a status.
    private static let times = [
        (
            MetricFamily(
                "kube_pod_status_ready_time",
                .gauge,
                "Readiness achieved time in unix timestamp for a pod.",
            ), "Ready", "True",
        ),
        (
            MetricFamily(
                "kube_pod_status_initialized_time",
                .gauge,
                "Initialized time in unix timestamp for a pod.",
            ), "Initialized", "True",
        ),
        (
            MetricFamily(
                "kube_pod_status_container_ready_time",
                .gauge,
                "Readiness achieved time in unix timestamp for a pod containers.",
            ), "ContainersReady", "True",
        ),
        (
            MetricFamily(
                "kube_pod_status_scheduled_time",
                .gauge,
                "Unix timestamp when pod moved into scheduled status",
            ), "PodScheduled", "True",
        ),
        (
            MetricFamily(
                "kube_pod_status_unscheduled_time",
                .gauge,
                "Unix timestamp when pod moved into unscheduled status",
            ), "PodScheduled", "False",
        ),
    ]

    private let cluster: any NodeObjects

    package init(_ options: NoOptions, in context: ComponentContext) throws(ConfigError) {
        self.cluster = context.cluster
    }

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        let pods = try self.cluster.knownPods()
        Self.writePhases(of: pods, into: &metrics)
        Self.writeConditions(of: pods, into: &metrics)
        Self.writeReasons(of: pods, into: &metrics)
    }

    private static func writePhases(of pods: [PodObject], into metrics: inout MetricWriter) {
        metrics.family("kube_pod_status_phase", .gauge, "The pods current phase.")
        for pod in pods where !pod.phase.isEmpty {
            for phase in Self.phases {
                metrics.sample(of: pod, pod.phase == phase ? 1 : 0) { $0.add("phase", phase) }
            }
        }
        metrics.family("kube_pod_status_qos_class", .gauge, "The pods current qosClass.")
        for pod in pods where !pod.qosClass.isEmpty {
            for name in Self.classes {
                metrics.sample(of: pod, pod.qosClass == name ? 1 : 0) { $0.add("qos_class", name) }
            }
        }
    }

    private static func writeConditions(of pods: [PodObject], into metrics: inout MetricWriter) {
        for (name, help, type) in [
            (
                "kube_pod_status_ready",
                "Describes whether the pod is ready to serve requests.", "Ready",
            ),
            (
                "kube_pod_status_scheduled",
                "Describes the status of the scheduling process for the pod.", "PodScheduled",
            ),
        ] {
            metrics.family(name, .gauge, help)
            for pod in pods {
                for condition in pod.conditions where condition.type == type {
                    condition.visitStatuses { status, value in
                        metrics.sample(of: pod, value) { $0.add("condition", status) }
                    }
                }
            }
        }
        metrics.family(
            "kube_pod_status_unschedulable",
            .gauge,
            "Describes the unschedulable status for the pod.",
        )
        for pod in pods {
            for condition in pod.conditions
            where condition.type == "PodScheduled" && condition.status == "False" {
                metrics.sample(of: pod, 1)
            }
        }
        for (family, type, status) in Self.times {
            metrics.family(family)
            for pod in pods {
                for condition in pod.conditions
                where condition.type == type && condition.status == status {
                    metrics.sample(of: pod, time: condition.changed)
                }
            }
        }
    }

    private static func writeReasons(of pods: [PodObject], into metrics: inout MetricWriter) {
        metrics.family("kube_pod_status_reason", .gauge, "The pod status reasons")
        for pod in pods {
            for reason in Self.reasons where Self.has(pod, reason) {
                metrics.sample(of: pod, 1) { $0.add("reason", reason) }
            }
            if !pod.reason.isEmpty, !Self.reasons.contains(pod.reason) {
                metrics.sample(of: pod, 1) { $0.add("reason", "Other") }
            }
        }
        metrics.family(
            "kube_pod_status_disruption_reason",
            .gauge,
            "The pod disruption condition reason",
        )
        for pod in pods {
            for condition in pod.conditions where condition.type == "DisruptionTarget" {
                let isKnown = Self.disruptions.contains(condition.reason)
                metrics.sample(of: pod, 1) {
                    $0.add("reason", isKnown ? condition.reason : "Other")
                }
            }
        }
    }

    private static func has(_ pod: PodObject, _ reason: String) -> Bool {
        pod.reason == reason || pod.conditions.contains { $0.reason == reason }
            || pod.containerStatuses.contains { $0.state.termination?.reason == reason }
    }
}
