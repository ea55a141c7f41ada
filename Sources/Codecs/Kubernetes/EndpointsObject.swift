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

    /// Addresses that share ports.
    package struct Subset: Sendable, Hashable {
        /// Those that are ready.
        package var addresses: [Address] = []
        /// Those that are not.
        package var notReadyAddresses: [Address] = []
        /// The ports of all of them.
        package var ports: [ServicePort] = []

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

extension EndpointsObject: APIObject {
    package init(json: borrowing Span<UInt8>) throws(ObjectUnreadable) {
        self.init()
        var reader = JSONReader(json)
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "metadata": self.metadata = try ObjectMetadata(&reader)
            case "subsets": self.subsets = try reader.array()
            default: try reader.skip()
            }
        }
        try reader.expectEnd()
    }
}

extension EndpointsObject.Subset: JSONReadable {
    init(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "addresses": self.addresses = try reader.array()
            case "notReadyAddresses":
                self.notReadyAddresses = try reader.array()
            case "ports": self.ports = try reader.array()
            default: try reader.skip()
            }
        }
    }
}

extension EndpointsObject.Address: JSONReadable {
    init(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "ip": self.ip = try reader.string()
            case "nodeName": self.nodeName = try reader.string()
            case "hostname": self.hostname = try reader.string()
            case "targetRef": self.target = try EndpointsObject.Reference(&reader)
            default: try reader.skip()
            }
        }
    }
}

extension EndpointsObject.Reference: JSONReadable {
    init(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "kind": self.kind = try reader.string()
            case "name": self.name = try reader.string()
            case "namespace": self.namespace = try reader.string()
            default: try reader.skip()
            }
        }
    }
}
