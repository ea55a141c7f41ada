/// A service, as discovery needs it.
///
/// Source: Kubernetes, `core/v1` Service.
package struct ServiceObject: Sendable, Hashable {
    /// Name, namespace, labels and annotations.
    package var metadata = ObjectMetadata()
    /// `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`.
    package var type = ""
    /// Its address in the cluster; `None` for a headless one.
    package var clusterIP = ""
    /// The name that it stands for.
    package var externalName = ""
    /// The load balancer's address that was asked for.
    package var loadBalancerIP = ""
    /// The load balancer's addresses that it has.
    package var ingressIPs: [String] = []
    /// `SingleStack`, `PreferDualStack` or `RequireDualStack`; empty when it is not said.
    package var ipFamilyPolicy = ""
    /// `IPv4` and `IPv6` in the order that is preferred.
    package var ipFamilies: [String] = []
    /// Its ports.
    package var ports: [ServicePort] = []

    /// A service without ports.
    package init(name: String = "", namespace: String = "") {
        self.metadata = ObjectMetadata(name: name, namespace: namespace)
    }

    /// Where the API serves services.
    package static let resource = APIResource("services")
}

extension ServiceObject: APIObject {
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
            case "type": self.type = try reader.string()
            case "clusterIP": self.clusterIP = try reader.string()
            case "externalName": self.externalName = try reader.string()
            case "loadBalancerIP": self.loadBalancerIP = try reader.string()
            case "ipFamilyPolicy": self.ipFamilyPolicy = try reader.string()
            case "ipFamilies": self.ipFamilies = try reader.strings()
            case "ports": self.ports = try reader.array()
            default: try reader.skip()
            }
        }
    }

    private mutating func readStatus(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "loadBalancer": try self.readLoadBalancer(&reader)
            default: try reader.skip()
            }
        }
    }

    private mutating func readLoadBalancer(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "ingress": self.ingressIPs = try reader.strings(of: "ip")
            default: try reader.skip()
            }
        }
    }
}
