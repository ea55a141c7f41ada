package import Codecs
package import Config
package import Pipeline

/// The claims that pods have as volumes.
///
/// Source: kube-state-metrics 2.20, `internal/store/pod.go`.
package struct PodVolumeCollector: Collector, ~Copyable {
    package static let name: ComponentName = "pod_volumes"

    private let cluster: any NodeObjects

    package init(_ options: NoOptions, in context: ComponentContext) throws(ConfigError) {
        self.cluster = context.cluster
    }

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        let pods = try self.cluster.knownPods()
        metrics.family(
            "kube_pod_spec_volumes_persistentvolumeclaims_info",
            .gauge,
            "Information about persistentvolumeclaim and ephemeral volumes in a pod.",
        )
        for pod in pods {
            for claim in pod.claims { Self.write(1, of: claim, pod, into: &metrics) }
        }
        metrics.family(
            "kube_pod_spec_volumes_persistentvolumeclaims_readonly",
            .gauge,
            "Describes whether a persistentvolumeclaim is mounted read only. Ephemeral volumes "
                + "always report 0 since the ephemeral volume source does not support a read-only "
                + "flag.",
        )
        for pod in pods {
            for claim in pod.claims {
                Self.write(claim.isReadOnly ? 1 : 0, of: claim, pod, into: &metrics)
            }
        }
    }

    private static func write(
        _ value: Double,
        of claim: PodObject.Claim,
        _ pod: PodObject,
        into metrics: inout MetricWriter,
    ) {
        metrics.sample(of: pod, value) { labels in
            labels.add("volume", claim.volume)
            labels.add("persistentvolumeclaim", claim.claim)
            labels.add("ephemeral", claim.isEphemeral ? "true" : "false")
        }
    }
}
