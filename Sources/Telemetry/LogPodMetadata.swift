/// What the cluster says of the container that wrote a file; its sink writes it on every record.
///
/// Made once for a container and shared by all its records.
public final class LogPodMetadata: Sendable {
    /// A label or an annotation.
    public struct Pair: Sendable, Hashable {
        /// The key.
        public let key: String
        /// The value; may be empty.
        public let value: String

        /// Pairs a key with a value.
        public init(_ key: String, _ value: String) {
            self.key = key
            self.value = value
        }
    }

    /// The pod's labels that are wanted.
    public let labels: [Pair]
    /// The pod's annotations that are wanted.
    public let annotations: [Pair]
    /// The pod's address; empty while it has none.
    public let podIP: String
    /// The image that the container runs.
    public let image: String
    /// The image's digest.
    public let imageID: String
    /// The container's id without scheme; empty where it is not known.
    public let containerID: String
    /// What the pod belongs to at last, such as `Deployment`; empty for nothing.
    public let workloadKind: String
    /// The workload's name.
    public let workloadName: String

    /// Gathers what is known.
    public init(
        labels: [Pair] = [],
        annotations: [Pair] = [],
        podIP: String = "",
        image: String = "",
        imageID: String = "",
        containerID: String = "",
        workloadKind: String = "",
        workloadName: String = "",
    ) {
        self.labels = labels
        self.annotations = annotations
        self.podIP = podIP
        self.image = image
        self.imageID = imageID
        self.containerID = containerID
        self.workloadKind = workloadKind
        self.workloadName = workloadName
    }
}

extension LogPodMetadata: Hashable {
    /// Whether two say the same.
    public static func == (left: LogPodMetadata, right: LogPodMetadata) -> Bool {
        left === right
            || left.labels == right.labels && left.annotations == right.annotations
                && left.podIP == right.podIP && left.image == right.image
                && left.imageID == right.imageID && left.containerID == right.containerID
                && left.workloadKind == right.workloadKind
                && left.workloadName == right.workloadName
    }

    /// Hashes what is compared.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(self.labels)
        hasher.combine(self.annotations)
        hasher.combine(self.podIP)
        hasher.combine(self.containerID)
    }
}
