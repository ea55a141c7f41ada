/// A pod, as far as discovery, logs and the pod metrics need it.
///
/// Source: Kubernetes, `core/v1` Pod.
package struct PodObject: Sendable, Hashable {
    /// A port that a container declares.
    package struct Port: Sendable, Hashable {
        /// The port's name; may be empty.
        package var name = ""
        /// The number inside the pod.
        package var number: Int = 0
        /// `TCP`, `UDP` or `SCTP`.
        package var protocolName = "TCP"

        /// A port without a name.
        package init() {}
    }

    /// A container as the pod asks for it.
    package struct Container: Sendable, Hashable {
        /// The container's name.
        package var name = ""
        /// The image that was asked for.
        package var image = ""
        /// The ports that it declares.
        package var ports: [Port] = []
        /// Resource by name and amount, as written, such as `cpu` and `250m`.
        package var requests: [ObjectMetadata.Pair] = []
        /// Resource by name and the most of it, as written.
        package var limits: [ObjectMetadata.Pair] = []
        /// `Always` for a sidecar among the init containers.
        package var restartPolicy = ""

        /// A container that asks for nothing.
        package init() {}
    }

    /// What a container does at the moment.
    package enum State: Sendable, Hashable {
        case unknown
        case waiting(reason: String)
        /// Since when, in seconds since 1970.
        case running(started: Int64?)
        /// Kept apart, since most containers run and each has room for this.
        indirect case terminated(Termination)
    }

    /// How a container ended.
    package struct Termination: Sendable, Hashable {
        /// Such as `OOMKilled`.
        package var reason = ""
        /// What the process returned.
        package var exitCode = 0
        /// The signal that ended it; 0 for none.
        package var signal = 0
        /// When it began, in seconds since 1970.
        package var started: Int64?
        /// When it ended, in seconds since 1970.
        package var finished: Int64?

        /// An end of which nothing is known.
        package init() {}
    }

    /// How a container is.
    package struct ContainerStatus: Sendable, Hashable {
        /// The container's name.
        package var name = ""
        /// The image that runs.
        package var image = ""
        /// The image's digest.
        package var imageID = ""
        /// The container's id with its scheme, such as `containerd://1f…`; empty before it runs.
        package var containerID = ""
        /// How often it was restarted.
        package var restarts = 0
        /// What it does.
        package var state = State.unknown
        /// What it did before its last restart, which is how it ended.
        package var lastState = State.unknown
        /// Whether it passes its readiness probe.
        package var isReady = false

        /// A container of which nothing is known.
        package init() {}
    }

    /// One of the pod's conditions.
    package struct Condition: Sendable, Hashable {
        /// Such as `Ready`.
        package var type = ""
        /// `True`, `False` or `Unknown`.
        package var status = ""
        /// Such as `Unschedulable`.
        package var reason = ""
        /// When the status changed, in seconds since 1970.
        package var changed: Int64?

        /// A condition of which nothing is known.
        package init() {}
    }

    /// What a pod may run beside.
    package struct Toleration: Sendable, Hashable {
        /// The taint's key.
        package var key = ""
        /// `Exists` or `Equal`.
        package var comparison = ""
        /// The taint's value.
        package var value = ""
        /// The taint's effect.
        package var effect = ""
        /// For how long, in seconds.
        package var seconds: Int?

        /// Everything is tolerated.
        package init() {}
    }

    /// A volume that is a claim.
    package struct Claim: Sendable, Hashable {
        /// The volume's name.
        package var volume = ""
        /// The claim's name; for an ephemeral one made of the pod's and the volume's.
        package var claim = ""
        /// Whether it is only read.
        package var isReadOnly = false
        /// Whether it goes with the pod.
        package var isEphemeral = false

        /// A claim without a name.
        package init() {}
    }

    /// Name, namespace, labels and owners.
    package var metadata = ObjectMetadata()
    /// The node; empty while it has none.
    package var nodeName = ""
    /// Whether it shares the node's network.
    package var usesHostNetwork = false
    /// `Always`, `OnFailure` or `Never`.
    package var restartPolicy = ""
    /// Whom it acts as.
    package var serviceAccount = ""
    /// What placed it.
    package var scheduler = ""
    /// Its priority class.
    package var priorityClass = ""
    /// Its runtime class; empty for the node's default.
    package var runtimeClass = ""
    /// What its runtime class needs itself, as written.
    package var overhead: [ObjectMetadata.Pair] = []
    /// What it may run beside.
    package var tolerations: [Toleration] = []
    /// Its volumes that are claims.
    package var claims: [Claim] = []
    /// Its containers.
    package var containers: [Container] = []
    /// Its init containers, sidecars among them.
    package var initContainers: [Container] = []
    /// `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`.
    package var phase = ""
    /// Why it is in that phase, such as `Evicted`.
    package var reason = ""
    /// The node's address.
    package var hostIP = ""
    /// Its address.
    package var podIP = ""
    /// All its addresses.
    package var podIPs: [String] = []
    /// When the kubelet took it, in seconds since 1970.
    package var started: Int64?
    /// `BestEffort`, `Burstable` or `Guaranteed`.
    package var qosClass = ""
    /// Its conditions.
    package var conditions: [Condition] = []
    /// How its containers are.
    package var containerStatuses: [ContainerStatus] = []
    /// How its init containers are.
    package var initContainerStatuses: [ContainerStatus] = []

    /// A pod of which nothing is known.
    package init(name: String = "", namespace: String = "") {
        self.metadata = ObjectMetadata(name: name, namespace: namespace)
    }

    /// Where the API serves pods.
    package static let resource = APIResource("pods")
}
