package import Kubernetes

/// What mechanisms are handed of the cluster.
package struct DiscoveryCluster: Sendable {
    /// How the cluster is reached that this agent runs in.
    package struct Own: Sendable, Hashable {
        /// The API server and the service account.
        package var access: ClusterAccess
        /// The namespace that the agent's pod is in; nil when nothing says.
        package var namespace: String?

        /// Describes the agent's own cluster.
        package init(access: ClusterAccess, namespace: String?) {
            self.access = access
            self.namespace = namespace
        }
    }

    /// Shares watches.
    package var informers: any Informers
    /// The cluster that this agent runs in; throws where it runs in none.
    package var own: @Sendable () throws(DiscoveryFailure) -> Own
    /// Reads a kubeconfig file.
    package var kubeconfig: @Sendable (_ path: String) throws(DiscoveryFailure) -> ClusterAccess
    /// Whether `ComponentContext.nodeName` names a node of the cluster that this agent runs in: then
    /// pods and endpoints of other nodes are left to those nodes' agents.
    package var isOnNode: Bool

    /// Gathers what the cluster gives.
    package init(
        informers: any Informers,
        own: @escaping @Sendable () throws(DiscoveryFailure) -> Own,
        kubeconfig: @escaping @Sendable (String) throws(DiscoveryFailure) -> ClusterAccess,
        isOnNode: Bool,
    ) {
        self.informers = informers
        self.own = own
        self.kubeconfig = kubeconfig
        self.isOnNode = isOnNode
    }
}

extension DiscoveryCluster {
    /// Outside of any cluster.
    package static let none = DiscoveryCluster(
        informers: NoInformers(),
        own: { () throws(DiscoveryFailure) in
            throw DiscoveryFailure("expected api_server or kubeconfig_file outside of a cluster")
        },
        kubeconfig: { path throws(DiscoveryFailure) in
            throw DiscoveryFailure("\(path): kubeconfig files are not read here")
        },
        isOnNode: false,
    )
}
