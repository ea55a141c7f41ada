/// An ingress, as discovery needs it.
///
/// Source: Kubernetes, `networking.k8s.io/v1` Ingress.
package struct IngressObject: Sendable, Hashable {
    /// One rule.
    package struct Rule: Sendable, Hashable {
        /// The host; may be empty, may begin with `*.`.
        package var host = ""
        /// The paths; empty when there is none.
        package var paths: [String] = []

        /// A rule for every host.
        package init() {}
    }

    /// Name, namespace, labels and annotations.
    package var metadata = ObjectMetadata()
    /// The class; nil when it is not said.
    package var className: String?
    /// Hosts of each entry of `tls`.
    package var tlsHosts: [[String]] = []
    /// The rules.
    package var rules: [Rule] = []

    /// No rules.
    package init(name: String = "", namespace: String = "") {
        self.metadata = ObjectMetadata(name: name, namespace: namespace)
    }

    /// Where the API serves ingresses.
    package static let resource = APIResource("ingresses", group: "networking.k8s.io")
}

extension IngressObject: APIObject {
    package init(json: borrowing Span<UInt8>) throws(ObjectUnreadable) {
        self.init()
        var reader = JSONReader(json)
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "metadata": self.metadata = try ObjectMetadata(&reader)
            case "spec": try self.readSpec(&reader)
            default: try reader.skip()
            }
        }
        try reader.expectEnd()
    }

    private mutating func readSpec(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "ingressClassName": self.className = try reader.string()
            case "tls": self.tlsHosts = try Self.hosts(&reader)
            case "rules": self.rules = try reader.array()
            default: try reader.skip()
            }
        }
    }

    private static func hosts(_ reader: inout JSONReader) throws(ObjectUnreadable) -> [[String]] {
        var hosts: [[String]] = []
        try reader.beginArray()
        while try reader.nextElement() {
            var names: [String] = []
            try reader.beginObject()
            while let key = try reader.nextMember() {
                switch key {
                case "hosts": names = try reader.strings()
                default: try reader.skip()
                }
            }
            hosts.append(names)
        }
        return hosts
    }
}

extension IngressObject.Rule: JSONReadable {
    init(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "host": self.host = try reader.string()
            case "http": try self.readHTTP(&reader)
            default: try reader.skip()
            }
        }
    }

    private mutating func readHTTP(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "paths": self.paths = try reader.strings(of: "path")
            default: try reader.skip()
            }
        }
    }
}
