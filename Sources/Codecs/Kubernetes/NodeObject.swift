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

extension NodeObject: APIObject {
    package init(json: borrowing Span<UInt8>) throws(ObjectUnreadable) {
        self.init()
        var reader = JSONReader(json)
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "metadata": self.metadata = try ObjectMetadata(&reader)
            case "spec": try self.readSpec(&reader)
            case "status": try self.readStatus(&reader)
            default: try reader.skip()
            }
        }
        try reader.expectEnd()
    }

    private mutating func readSpec(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "providerID": self.providerID = try reader.string()
            case "podCIDR": self.podCIDR = try reader.string()
            case "podCIDRs": self.podCIDRs = try reader.strings()
            case "unschedulable": self.isUnschedulable = try reader.bool()
            case "taints": self.taints = try reader.array()
            default: try reader.skip()
            }
        }
    }

    private mutating func readStatus(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "capacity": self.capacity = try reader.pairs()
            case "allocatable": self.allocatable = try reader.pairs()
            case "conditions": self.conditions = try reader.array()
            case "addresses": self.addresses = try reader.array()
            case "daemonEndpoints": try self.readEndpoints(&reader)
            case "nodeInfo": self.system = try System(&reader)
            default: try reader.skip()
            }
        }
    }

    private mutating func readEndpoints(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "kubeletEndpoint": try self.readKubelet(&reader)
            default: try reader.skip()
            }
        }
    }

    private mutating func readKubelet(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "Port": self.kubeletPort = try reader.integer()
            default: try reader.skip()
            }
        }
    }
}

extension NodeObject.Address: JSONReadable {
    init(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        self.init("", "")
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "type": self.type = try reader.string()
            case "address": self.address = try reader.string()
            default: try reader.skip()
            }
        }
    }
}

extension NodeObject.Taint: JSONReadable {
    init(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "key": self.key = try reader.string()
            case "value": self.value = try reader.string()
            case "effect": self.effect = try reader.string()
            default: try reader.skip()
            }
        }
    }
}

extension NodeObject.System: JSONReadable {
    init(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "kernelVersion": self.kernelVersion = try reader.string()
            case "osImage": self.osImage = try reader.string()
            case "containerRuntimeVersion":
                self.containerRuntime = try reader.string()
            case "kubeletVersion": self.kubelet = try reader.string()
            case "systemUUID": self.systemUUID = try reader.string()
            default: try reader.skip()
            }
        }
    }
}
