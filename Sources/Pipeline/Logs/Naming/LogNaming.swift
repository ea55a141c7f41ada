package import Codecs
import Config
package import Telemetry

/// Finds what the cluster says of the container that writes a file.
package struct LogNaming: Sendable {
    /// How often a container is looked up again, for labels that change.
    package static let refresh = Duration.seconds(10)

    private let options: LogMetadataOptions
    private let cluster: any NodeObjects

    /// Looks pods up in `cluster`.
    package init(_ options: LogMetadataOptions, in cluster: any NodeObjects) {
        self.options = options
        self.cluster = cluster
    }

    /// How long the first records of such a file may wait to be named.
    package func wait(for origin: LogOrigin) -> Duration {
        origin.isPod && self.cluster.isAsked ? self.options.wait : .zero
    }

    /// What is known of a file's container; nil while its pod is not known.
    package func metadata(of origin: LogOrigin) -> LogPodMetadata? {
        self.pod(of: origin).map { self.metadata(of: origin, in: $0) }
    }

    /// What is to stand on the records of a container of `pod`.
    package func metadata(of origin: LogOrigin, in pod: PodObject) -> LogPodMetadata {
        let statuses = pod.containerStatuses + pod.initContainerStatuses
        let status = statuses.first { $0.name == origin.container }
        let spec = (pod.containers + pod.initContainers).first { $0.name == origin.container }
        let workload = self.options.hasWorkload ? self.cluster.workload(of: pod) : nil
        return LogPodMetadata(
            labels: Self.chosen(pod.metadata.labels, self.options.labels),
            annotations: Self.chosen(pod.metadata.annotations, self.options.annotations),
            podIP: pod.podIP,
            image: Self.nonEmpty(status?.image) ?? spec?.image ?? "",
            imageID: status?.imageID ?? "",
            containerID: Self.id(origin, status),
            workloadKind: workload?.kind ?? "",
            workloadName: workload?.name ?? "",
        )
    }

    /// The pod that a file belongs to; nil while it is not known, and for files outside of pods.
    package func pod(of origin: LogOrigin) -> PodObject? {
        if !origin.isPod { return nil }
        if !origin.podUID.isEmpty { return self.cluster.pod(uid: origin.podUID) }
        return self.cluster.pods.first {
            $0.metadata.name == origin.pod && $0.metadata.namespace == origin.namespace
        }
    }

    private static func chosen(
        _ pairs: [ObjectMetadata.Pair],
        _ keys: NameList,
    ) -> [LogPodMetadata.Pair] {
        if keys.isEmpty { return [] }
        return pairs.filter { keys.contains($0.key) }
            .map { LogPodMetadata.Pair($0.key, $0.value) }
    }

    /// The container's id; the status is of its last attempt only.
    private static func id(_ origin: LogOrigin, _ status: PodObject.ContainerStatus?) -> String {
        if !origin.containerID.isEmpty { return origin.containerID }
        guard let status, status.restarts == origin.attempt else { return "" }
        let id = status.containerID
        // `containerd://1f…`
        guard let slashes = id.lastIndex(of: "/") else { return id }
        return String(id[id.index(after: slashes)...])
    }

    private static func nonEmpty(_ text: String?) -> String? {
        text.flatMap { $0.isEmpty ? nil : $0 }
    }
}
