package import Codecs

/// What a role looks up beside its own objects; nil for what is not known or not watched.
package protocol RelatedObjects {
    /// A pod.
    mutating func pod(_ namespace: String, _ name: String) -> PodObject?
    /// A service.
    mutating func service(_ namespace: String, _ name: String) -> ServiceObject?
    /// A node.
    mutating func node(_ name: String) -> NodeObject?
    /// A namespace.
    mutating func namespace(_ name: String) -> NamespaceObject?
    /// A replica set, for its Deployment.
    mutating func replicaSet(_ namespace: String, _ name: String) -> ReplicaSetObject?
    /// A job, for its CronJob.
    mutating func job(_ namespace: String, _ name: String) -> JobObject?
}

/// How a role makes targets of objects.
package struct RoleSettings: Sendable, Hashable {
    /// Adds the labels of the target's node.
    package var attachesNode = false
    /// Adds the labels of the target's namespace.
    package var attachesNamespace = false
    /// Adds the name of the pod's Deployment.
    package var attachesDeployment = false
    /// Adds the name of the pod's Job.
    package var attachesJob = false
    /// Adds the name of the pod's CronJob.
    package var attachesCronJob = false
    /// Leaves targets on other nodes out, before any label is made; nil keeps all.
    package var node: String?

    /// Attaches nothing and leaves nothing out.
    package init() {}
}

extension MetaLabels {
    /// Adds the labels of a namespace, if they are attached and known.
    mutating func addNamespace(
        _ name: String,
        _ settings: RoleSettings,
        _ related: inout some RelatedObjects,
    ) {
        guard settings.attachesNamespace, let namespace = related.namespace(name) else { return }
        self.add(labelsOf: namespace.metadata, "namespace")
    }

    /// Adds the name and the labels of a node, if they are attached and known.
    mutating func addNode(
        _ name: String?,
        _ settings: RoleSettings,
        _ related: inout some RelatedObjects,
    ) {
        guard settings.attachesNode, let name, let node = related.node(name) else { return }
        self.add(node.metadata, of: "node")
    }
}
