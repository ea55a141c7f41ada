/// Whom to ask for this node's objects, with everything decided that the configuration leaves open.
package struct NodeClusterPlan: Sendable, Equatable {
    /// Who is asked.
    package var source: NodeClusterOptions.Source
    /// The API server; nil outside a cluster.
    package var access: ClusterAccess?
    /// The kubelet.
    package var kubelet: NodeClusterOptions.Kubelet
    /// This node's name.
    package var nodeName: String
    /// Whether namespaces are watched.
    package var watchesNamespaces: Bool
    /// How long the API may take to tell of pods before the kubelet is asked as well.
    package var patience: Duration

    /// The patience besides the jitter of the first request.
    private static let basePatience = Duration.seconds(20)

    /// Whether anybody is asked at all.
    package var isAsked: Bool { self.source != .none }

    /// Decides by the options and by where the agent runs.
    package init(_ options: NodeClusterOptions, nodeName: String, access: ClusterAccess?) {
        self.source =
            access == nil && (options.source == .auto || options.source == .api)
            ? .none : options.source
        self.access = access
        self.kubelet = options.kubelet
        self.nodeName = nodeName
        self.watchesNamespaces = options.watchesNamespaces
        self.patience = options.startJitter + Self.basePatience
    }

    /// The pods of this node.
    func podQuery(_ access: ClusterAccess) -> ObjectQuery {
        ObjectQuery(access, fieldSelector: "spec.nodeName=\(self.nodeName)")
    }

    /// This node.
    func nodeQuery(_ access: ClusterAccess) -> ObjectQuery {
        ObjectQuery(access, fieldSelector: "metadata.name=\(self.nodeName)")
    }

    /// Events of this node.
    func nodeEventQuery(_ access: ClusterAccess) -> ObjectQuery {
        self.events(access, "involvedObject.kind=Node,involvedObject.name=\(self.nodeName)")
    }

    /// Events of all pods: the API can't select them by node.
    func podEventQuery(_ access: ClusterAccess) -> ObjectQuery {
        self.events(access, "involvedObject.kind=Pod")
    }

    private func events(_ access: ClusterAccess, _ selector: String) -> ObjectQuery {
        var query = ObjectQuery(access, fieldSelector: selector)
        query.isTransient = true
        return query
    }
}
