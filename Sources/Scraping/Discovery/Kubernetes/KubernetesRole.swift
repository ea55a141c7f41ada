/// `role` of `kubernetes_sd_configs`: which objects targets are made of.
package enum KubernetesRole: String, Sendable, CaseIterable {
    case node
    case pod
    case service
    case endpoints
    case endpointslice
    case ingress

    /// The roles that `selectors` may name, in Prometheus's order.
    var selectorRoles: [KubernetesRole] {
        switch self {
        case .pod: [.pod, .node]
        case .endpointslice: [.pod, .service, .endpointslice]
        case .endpoints: [.pod, .service, .endpoints]
        case .node, .service, .ingress: [self]
        }
    }

    /// Whether its targets may be on a node.
    var isOnNodes: Bool { self != .service && self != .ingress }
}
