/// Where the records of one file come from, as its path tells, and what the cluster adds.
public struct LogOrigin: Sendable, Hashable {
    /// The file's path when it was first seen.
    public var path: String
    /// The pod's namespace; empty outside Kubernetes.
    public var namespace: String
    /// The pod's name.
    public var pod: String
    /// The pod's UID; for static pods the hash of their manifest.
    public var podUID: String
    /// The container's name.
    public var container: String
    /// The container's id without scheme, where the path tells it.
    public var containerID: String
    /// How often the container was restarted before it wrote this file.
    public var attempt: Int

    /// What the cluster says of the container; nil where nothing is known.
    public var metadata: LogPodMetadata?

    /// Gathers what is known of a file.
    public init(
        path: String,
        namespace: String = "",
        pod: String = "",
        podUID: String = "",
        container: String = "",
        containerID: String = "",
        attempt: Int = 0,
    ) {
        self.path = path
        self.namespace = namespace
        self.pod = pod
        self.podUID = podUID
        self.container = container
        self.containerID = containerID
        self.attempt = attempt
    }

    /// Whether the path named a pod.
    public var isPod: Bool { !self.pod.isEmpty }

    /// The file's path where it is no container's, and one pod or none has many such files.
    public var pathOutsideContainers: String { self.container.isEmpty ? self.path : "" }
}
