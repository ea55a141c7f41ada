/// A node, as far as discovery and the node's state metrics need it.
///
/// Source: Kubernetes, `core/v1` Node.
package struct NodeObject: Sendable, Hashable {
    /// One of the node's addresses.
    package struct Address: Sendable, Hashable {
        /// Such as `InternalIP`.
        package var type: String
        /// The address.
        package var address: String

        /// Pairs a type with an address.
        package init(_ type: String, _ address: String) {
            self.type = type
            self.address = address
        }
    }

    /// What keeps pods away.
    package struct Taint: Sendable, Hashable {
        /// The taint's key.
        package var key = ""
        /// The taint's value.
        package var value = ""
        /// Such as `NoSchedule`.
        package var effect = ""

        /// A taint without a key.
        package init() {}
    }

    /// What the node runs.
    package struct System: Sendable, Hashable {
        /// The kernel's release.
        package var kernelVersion = ""
        /// The distribution.
        package var osImage = ""
        /// The runtime with its version, such as `containerd://1.6.20`.
        package var containerRuntime = ""
        /// The kubelet's version.
        package var kubelet = ""
        /// The machine's UUID.
        package var systemUUID = ""

        /// A system of which nothing is known.
        package init() {}
    }

    /// Name, labels and annotations.
    package var metadata = ObjectMetadata()
    /// The cloud's name for it.
    package var providerID = ""
    /// The range of its pods' addresses.
    package var podCIDR = ""
    /// All ranges of its pods' addresses.
    package var podCIDRs: [String] = []
    /// Whether no pod is to be placed there.
    package var isUnschedulable = false
    /// What keeps pods away.
    package var taints: [Taint] = []
    /// Its addresses in the API's order.
    package var addresses: [Address] = []
    /// The kubelet's port; 0 when it is not said.
    package var kubeletPort = 0
    /// Resource by name and amount, as written.
    package var capacity: [ObjectMetadata.Pair] = []
    /// What of it pods may use, as written.
    package var allocatable: [ObjectMetadata.Pair] = []
    /// Its conditions.
    package var conditions: [PodObject.Condition] = []
    /// What it runs.
    package var system = System()

    /// A node of which nothing is known.
    package init(name: String = "") { self.metadata = ObjectMetadata(name: name) }

    /// Where the API serves nodes.
    package static let resource = APIResource("nodes", isNamespaced: false)
}
