/// A part of the addresses behind a service.
///
/// Source: Kubernetes, `discovery.k8s.io/v1` EndpointSlice.
package struct EndpointSliceObject: Sendable, Hashable {
    /// One endpoint.
    package struct Endpoint: Sendable, Hashable {
        /// Its addresses; consumers use all of them.
        package var addresses: [String] = []
        /// Whether it is ready; nil when it is not known.
        package var isReady: Bool?
        /// Whether it answers; nil when it is not known.
        package var isServing: Bool?
        /// Whether it is going; nil when it is not known.
        package var isTerminating: Bool?
        /// The name behind the service's.
        package var hostname: String?
        /// The node that it is on.
        package var nodeName: String?
        /// The zone that it is in.
        package var zone: String?
        /// What it belongs to.
        package var target: EndpointsObject.Reference?
        /// Where it is, in the terms of older slices.
        package var topology: [ObjectMetadata.Pair] = []

        /// No addresses.
        package init() {}
    }

    /// One port of all endpoints; nil where the API has nothing.
    package struct Port: Sendable, Hashable {
        /// The port's name.
        package var name: String?
        /// The number; nil means all ports.
        package var number: Int?
        /// `TCP`, `UDP` or `SCTP`.
        package var protocolName: String?
        /// Such as `kubernetes.io/h2c`.
        package var appProtocol: String?

        /// All ports.
        package init() {}
    }

    /// Name, namespace, labels and annotations.
    package var metadata = ObjectMetadata()
    /// `IPv4`, `IPv6` or `FQDN`.
    package var addressType = ""
    /// The ports of all endpoints.
    package var ports: [Port] = []
    /// The endpoints.
    package var endpoints: [Endpoint] = []

    /// No endpoints.
    package init(name: String = "", namespace: String = "") {
        self.metadata = ObjectMetadata(name: name, namespace: namespace)
    }

    /// Where the API serves endpoint slices.
    package static let resource = APIResource("endpointslices", group: "discovery.k8s.io")
}

extension EndpointSliceObject: APIObject {
    package init(json: borrowing Span<UInt8>) throws(ObjectUnreadable) {
        self.init()
        var reader = JSONReader(json)
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "metadata": self.metadata = try ObjectMetadata(&reader)
            case "addressType": self.addressType = try reader.string()
            case "ports": self.ports = try reader.array()
            case "endpoints": self.endpoints = try reader.array()
            default: try reader.skip()
            }
        }
        try reader.expectEnd()
    }
}

extension EndpointSliceObject.Endpoint: JSONReadable {
    init(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "addresses": self.addresses = try reader.strings()
            case "conditions": try self.readConditions(&reader)
            case "hostname": self.hostname = try reader.string()
            case "nodeName": self.nodeName = try reader.string()
            case "zone": self.zone = try reader.string()
            case "targetRef": self.target = try EndpointsObject.Reference(&reader)
            case "deprecatedTopology": self.topology = try reader.pairs()
            default: try reader.skip()
            }
        }
    }

    private mutating func readConditions(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "ready": self.isReady = try reader.bool()
            case "serving": self.isServing = try reader.bool()
            case "terminating": self.isTerminating = try reader.bool()
            default: try reader.skip()
            }
        }
    }
}

extension EndpointSliceObject.Port: JSONReadable {
    init(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "name": self.name = try reader.string()
            case "port": self.number = try reader.integer()
            case "protocol": self.protocolName = try reader.string()
            case "appProtocol": self.appProtocol = try reader.string()
            default: try reader.skip()
            }
        }
    }
}
