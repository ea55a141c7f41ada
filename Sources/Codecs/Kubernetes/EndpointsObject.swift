/// The addresses behind a service, in the older form.
///
/// Source: Kubernetes, `core/v1` Endpoints.
package struct EndpointsObject: Sendable, Hashable {
    /// What an address belongs to.
    package struct Reference: Sendable, Hashable {
        /// Such as `Pod`.
        package var kind = ""
        /// The object's name.
        package var name = ""
        /// The object's namespace.
        package var namespace = ""

        /// A reference to nothing.
        package init() {}
    }

    /// One address.
    package struct Address: Sendable, Hashable {
        /// The IP address.
        package var ip = ""
        /// The node that it is on; nil when it is not said.
        package var nodeName: String?
        /// The name behind the service's; nil when it has none.
        package var hostname: String?
        /// What it belongs to.
        package var target: Reference?

        /// No address.
        package init() {}
    }

    /// One port.
    package struct Port: Sendable, Hashable {
        /// The port's name; may be empty.
        package var name = ""
        /// The number.
        package var number = 0
        /// `TCP`, `UDP` or `SCTP`.
        package var protocolName = "TCP"

        /// A port without a name.
        package init() {}
    }

    /// Addresses that share ports.
    package struct Subset: Sendable, Hashable {
        /// Those that are ready.
        package var addresses: [Address] = []
        /// Those that are not.
        package var notReadyAddresses: [Address] = []
        /// The ports of all of them.
        package var ports: [Port] = []

        /// Nothing.
        package init() {}
    }

    /// Name, namespace, labels and annotations.
    package var metadata = ObjectMetadata()
    /// Addresses by ports.
    package var subsets: [Subset] = []

    /// No addresses.
    package init(name: String = "", namespace: String = "") {
        self.metadata = ObjectMetadata(name: name, namespace: namespace)
    }

    /// Where the API serves endpoints.
    package static let resource = APIResource("endpoints")
}
