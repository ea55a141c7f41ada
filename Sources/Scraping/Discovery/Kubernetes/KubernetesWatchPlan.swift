import Codecs
import Kubernetes

/// Which objects an entry asks for, and how.
///
/// Pure. Equal queries of all entries share a watch, so they are written the same way wherever that is
/// possible. Source for what is asked: Prometheus, `discovery/kubernetes/kubernetes.go`, `Run`.
struct KubernetesWatchPlan {
    let role: KubernetesRole
    let settings: RoleSettings
    /// Whether some nodes are left out by a selector.
    let selectsNodes: Bool
    /// By kind, the objects that describe the targets.
    private(set) var related: [ObjectName.Kind: [ObjectQuery]] = [:]
    private let options: KubernetesDiscovery.Options
    private let access: ClusterAccess
    private let namespaces: [String?]

    /// Plans the watches of an entry.
    ///
    /// - Parameters:
    ///   - options: The entry.
    ///   - access: The API server.
    ///   - ownNamespace: The agent's own namespace; nil outside of a cluster.
    ///   - node: The node that targets are on; nil for any.
    init(
        _ options: KubernetesDiscovery.Options,
        _ access: ClusterAccess,
        ownNamespace: String?,
        node: String?,
    ) {
        self.options = options
        self.role = options.role
        self.access = access
        var settings = options.settings
        settings.node = options.role.isOnNodes ? node : nil
        self.settings = settings
        let selector = options.selector(.node)
        self.selectsNodes = !selector.label.isEmpty || !selector.field.isEmpty
        var namespaces = options.namespaces
        if options.ownNamespace, let ownNamespace, !namespaces.contains(ownNamespace) {
            namespaces.append(ownNamespace)
        }
        self.namespaces = namespaces.isEmpty ? [nil] : namespaces.map { $0 }
        self.planRelated()
    }

    /// The kind of the objects that are targets.
    var kind: ObjectName.Kind {
        switch self.role {
        case .node: .node
        case .pod: .pod
        case .service: .service
        case .endpoints: .endpoints
        case .endpointslice: .endpointSlice
        case .ingress: .ingress
        }
    }

    /// The queries for the objects of a role: one for each namespace.
    func queries(_ role: KubernetesRole) -> [ObjectQuery] {
        let selector = self.options.selector(role)
        let namespaces = role == .node ? [nil] : self.namespaces
        return namespaces.map { namespace in
            ObjectQuery(
                self.access,
                namespace: namespace,
                labelSelector: selector.label,
                fieldSelector: self.fields(selector.field, of: role),
            )
        }
    }

    /// A role's field selector, with this node's name where the server can leave out other nodes'.
    ///
    /// A selector of the user's that names a node is left as it is.
    private func fields(_ selector: String, of role: KubernetesRole) -> String {
        let field: String
        switch role {
        case .pod: field = "spec.nodeName"
        case .node: field = "metadata.name"
        default: return selector
        }
        let isSaid = selector.split(separator: ",")
            .contains { $0.prefix { $0 != "=" && $0 != "!" } == field }
        guard let node = self.settings.node, !isSaid else { return selector }
        return selector.isEmpty ? "\(field)=\(node)" : "\(selector),\(field)=\(node)"
    }

    private mutating func planRelated() {
        let settings = self.settings
        let hasPods = [.pod, .endpoints, .endpointslice].contains(self.role)
        if self.role == .endpoints || self.role == .endpointslice {
            self.related[.pod] = self.queries(.pod)
            self.related[.service] = self.queries(.service)
        }
        if hasPods, settings.attachesNode { self.related[.node] = self.queries(.node) }
        if settings.attachesNamespace, self.role != .node {
            self.related[.namespace] = [ObjectQuery(self.access, isMetadataOnly: true)]
        }
        func owners() -> [ObjectQuery] {
            self.namespaces.map {
                ObjectQuery(self.access, namespace: $0, isMetadataOnly: true)
            }
        }
        if hasPods, settings.attachesDeployment { self.related[.replicaSet] = owners() }
        if hasPods, settings.attachesCronJob { self.related[.job] = owners() }
    }
}
