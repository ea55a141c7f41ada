/// A service, as discovery needs it.
///
/// Source: Kubernetes, `core/v1` Service.
package struct ServiceObject: Sendable, Hashable {
    /// A port of the service.
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
    package var ports: [Port] = []

    /// A service without ports.
    package init(name: String = "", namespace: String = "") {
        self.metadata = ObjectMetadata(name: name, namespace: namespace)
    }

    /// Where the API serves services.
    package static let resource = APIResource("services")
}
