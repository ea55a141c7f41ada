import Codecs
import Kubernetes
import Telemetry
import Testing

/// What the recorded cluster does not have; the rest is held against Prometheus's own findings.
@Suite struct RoleTests {
    /// A few objects, and what was asked for.
    private struct Objects: RelatedObjects {
        var pods: [PodObject] = []
        var services: [ServiceObject] = []
        var nodes: [NodeObject] = []

        mutating func pod(_ namespace: String, _ name: String) -> PodObject? {
            self.pods.first { $0.metadata.namespace == namespace && $0.metadata.name == name }
        }
        mutating func service(_ namespace: String, _ name: String) -> ServiceObject? {
            self.services.first { $0.metadata.name == name }
        }
        mutating func node(_ name: String) -> NodeObject? {
            self.nodes.first { $0.metadata.name == name }
        }
        mutating func namespace(_ name: String) -> NamespaceObject? { nil }
        mutating func replicaSet(_ namespace: String, _ name: String) -> ReplicaSetObject? { nil }
        mutating func job(_ namespace: String, _ name: String) -> JobObject? { nil }
    }

    private static let meta = "__meta_kubernetes_"

    private static func pod(_ name: String, ip: String, node: String, ports: Int...) -> PodObject {
        var pod = PodObject(name: name, namespace: "default")
        pod.podIP = ip
        pod.nodeName = node
        var container = PodObject.Container()
        container.name = "main"
        container.ports = ports.map { number in
            var port = PodObject.Port()
            port.number = number
            return port
        }
        pod.containers = [container]
        return pod
    }

    private static func slice(_ nodes: String?...) -> EndpointSliceObject {
        var slice = EndpointSliceObject(name: "s-1", namespace: "default")
        slice.addressType = "IPv4"
        var port = EndpointSliceObject.Port()
        port.number = 80
        slice.ports = [port]
        slice.endpoints = nodes.enumerated().map { place, node in
            var endpoint = EndpointSliceObject.Endpoint()
            endpoint.addresses = ["10.0.0.\(place)"]
            endpoint.nodeName = node
            return endpoint
        }
        return slice
    }

    private static func addresses(_ group: TargetGroup) -> [String] {
        group.targets.compactMap { $0["__address__"] }
    }

    @Test(
        arguments: [
            (
                [("Hostname", "h"), ("ExternalIP", "1.2.3.4"), ("InternalIP", "fd00::1")],
                "[fd00::1]",
            ),
            ([("Hostname", "h"), ("LegacyHostIP", "9.9.9.9")], "9.9.9.9"),
            (
                [("ExternalDNS", "d"), ("ExternalIP", "1.2.3.4"), ("ExternalIP", "5.6.7.8")],
                "1.2.3.4",
            ),
        ]
    )
    func aNodesBestAddressIsTaken(_ addresses: [(String, String)], _ host: String) {
        var node = NodeObject(name: "n")
        node.kubeletPort = 10250
        node.addresses = addresses.map { NodeObject.Address($0.0, $0.1) }
        let group = NodeRole.group(node)
        #expect(Self.addresses(group) == ["\(host):10250"])
        #expect(group.targets.first?["instance"] == "n")
        let external = addresses.first { $0.0 == "ExternalIP" }?.1
        #expect(group.targets.first?[Self.meta + "node_address_ExternalIP"] == external)
    }

    @Test func aNodeWithoutAddressIsNoTarget() {
        #expect(NodeRole.group(NodeObject(name: "n")).targets.isEmpty)
    }

    @Test func keysBecomeNamesOfLabels() {
        var service = ServiceObject(name: "s", namespace: "default")
        service.metadata.labels = [.init("a.b/c-d é", "x"), .init("empty", "")]
        var objects = Objects()
        let labels = ServiceRole.group(service, RoleSettings(), &objects).labels
        #expect(labels[Self.meta + "service_label_a_b_c_d__"] == "x")
        #expect(labels[Self.meta + "service_labelpresent_a_b_c_d__"] == "true")
        #expect(labels[Self.meta + "service_label_empty"] == nil)
        #expect(labels[Self.meta + "service_labelpresent_empty"] == "true")
    }

    @Test func aPodOfAnUnknownNodeIsLeftOutWhereNodesAreAttached() {
        var settings = RoleSettings()
        settings.attachesNode = true
        var objects = Objects(nodes: [NodeObject(name: "n1")])
        let known = Self.pod("a", ip: "fd00::5", node: "n1", ports: 80)
        #expect(Self.addresses(PodRole.group(known, settings, &objects)) == ["[fd00::5]:80"])
        let unknown = Self.pod("b", ip: "10.0.0.2", node: "n2", ports: 80)
        #expect(PodRole.group(unknown, settings, &objects).targets.isEmpty)
        #expect(PodRole.group(unknown, RoleSettings(), &objects).targets.count == 1)
    }

    @Test func aLoadBalancersAddressesAreThoseItHas() {
        var service = ServiceObject(name: "s", namespace: "default")
        service.type = "LoadBalancer"
        service.loadBalancerIP = "1.1.1.1"
        service.ports = [ServicePort()]
        var objects = Objects()
        func address() -> String? {
            ServiceRole.group(service, RoleSettings(), &objects).targets
                .first?[Self.meta + "service_loadbalancer_ip"]
        }
        #expect(address() == "1.1.1.1")
        service.ingressIPs = ["2.2.2.2", "", "3.3.3.3"]
        #expect(address() == "2.2.2.2,3.3.3.3")
    }

    @Test func slicesOfTheSecondFamilyAreLeftOut() {
        var service = ServiceObject(name: "s", namespace: "default")
        service.ipFamilies = ["IPv6", "IPv4"]
        var objects = Objects(services: [service])
        var slice = Self.slice("n1")
        slice.metadata.labels = [.init(EndpointSliceRole.serviceLabel, "s")]
        #expect(EndpointSliceRole.group(slice, RoleSettings(), &objects).targets.count == 1)
        objects.services[0].ipFamilyPolicy = "PreferDualStack"
        #expect(EndpointSliceRole.group(slice, RoleSettings(), &objects).targets.isEmpty)
    }

    @Test(
        arguments: [
            ("*.example.org", "a.example.org", "https"),
            ("*.example.org", "a.b.example.org", "http"),
            ("*.example.org", "example.org", "http"), ("a.example.org", "a.example.org", "https"),
        ]
    )
    func anIngressIsSecuredWhereAPatternMatches(
        _ pattern: String,
        _ host: String,
        _ scheme: String,
    ) {
        var ingress = IngressObject(name: "i", namespace: "default")
        ingress.tlsHosts = [[], [pattern]]
        var rule = IngressObject.Rule()
        rule.host = host
        ingress.rules = [rule]
        var objects = Objects()
        let target = IngressRole.group(ingress, RoleSettings(), &objects).targets.first
        #expect(target?[Self.meta + "ingress_scheme"] == scheme)
        #expect(target?[Self.meta + "ingress_path"] == "/")
    }

    @Test func endpointsOnOtherNodesAreLeftOut() {
        var settings = RoleSettings()
        settings.node = "n1"
        var objects = Objects(pods: [Self.pod("mine", ip: "10.0.0.9", node: "n1", ports: 80, 81)])
        var slice = Self.slice("n1", "n2", nil, nil, nil, nil)
        for (place, (kind, name)) in [("Pod", "mine"), ("Pod", "other"), ("Node", "n2")]
            .enumerated()
        {
            var reference = EndpointsObject.Reference()
            reference.kind = kind
            reference.name = name
            reference.namespace = "default"
            slice.endpoints[place + 3].target = reference
        }
        let group = EndpointSliceRole.group(slice, settings, &objects)
        // This node's, the one of no node, the pod that is here, and that pod's other port.
        #expect(
            Self.addresses(group) == ["10.0.0.0:80", "10.0.0.2:80", "10.0.0.3:80", "10.0.0.9:81"]
        )
        #expect(EndpointSliceRole.group(slice, RoleSettings(), &objects).targets.count == 7)
    }
}
