import Kubernetes
import Pipeline
import Scraping

/// How this agent reaches its cluster, with everything decided that the configuration leaves open.
struct ClusterPlan: Sendable, Equatable {
    /// Who is asked for this node's objects.
    let node: NodeClusterPlan
    /// The other agents' Service; nil where nothing is divided.
    let agents: AgentMembershipOptions?
    /// Whether the node's name is one of the cluster's, so that other nodes have agents, too.
    let isOnNode: Bool
    /// The agent's own namespace; nil where nothing says.
    let namespace: String?

    /// Decides; a kubeconfig file is read, nothing else.
    init(
        _ options: KubernetesOptions,
        nodeName: String,
        environment: [String: String],
    ) throws(AccessError) {
        let (access, namespace) = try Self.access(options.cluster, environment)
        let isNamed =
            options.nodeName?.isEmpty == false || environment["NODE_NAME"]?.isEmpty == false
        self.node = NodeClusterPlan(options.cluster, nodeName: nodeName, access: access)
        self.isOnNode = access != nil && isNamed
        self.agents = self.isOnNode ? options.agents : nil
        self.namespace = (try? ClusterAccess.ownNamespace()) ?? namespace
    }

    /// What scraping is handed of the cluster.
    func discovery(_ informers: any Informers) -> DiscoveryCluster {
        let (access, namespace) = (self.node.access, self.namespace)
        return DiscoveryCluster(
            informers: informers,
            own: { () throws(DiscoveryFailure) in
                guard let access else {
                    return try DiscoveryCluster.none.own()
                }
                return .init(access: access, namespace: namespace)
            },
            kubeconfig: { path throws(DiscoveryFailure) in
                do throws(AccessError) {
                    return try Kubeconfig(path: path).access
                } catch {
                    throw DiscoveryFailure("\(error)")
                }
            },
            isOnNode: self.isOnNode,
        )
    }

    /// Where the API server is: as configured, else as the pod's environment says, else nowhere; and
    /// the namespace that goes with it.
    private static func access(
        _ options: NodeClusterOptions,
        _ environment: [String: String],
    ) throws(AccessError) -> (ClusterAccess?, namespace: String?) {
        if let path = options.kubeconfigFile {
            let kubeconfig = try Kubeconfig(path: path)
            return (kubeconfig.access, kubeconfig.namespace)
        }
        if let server = options.server {
            return (ClusterAccess(server: server, connection: options.client.connection), nil)
        }
        if environment["KUBERNETES_SERVICE_HOST"] == nil, options.source != .api {
            return (nil, nil)
        }
        return (try ClusterAccess.inCluster(environment: environment), nil)
    }
}
