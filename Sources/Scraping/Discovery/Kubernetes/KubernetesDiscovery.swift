import Kubernetes
import Pipeline
import Telemetry

/// `kubernetes_sd_configs`: targets from the objects of a cluster.
///
/// Source: Prometheus, `discovery/kubernetes`.
package struct KubernetesDiscovery: TargetDiscovery {
    package static let mechanism = "kubernetes"
    /// The time until a cluster that could not be reached at all is tried again.
    static let retryInterval = Duration.seconds(30)
    /// The most groups that are made before they are handed on.
    static let batchLimit = 1000

    private let options: Options
    private let context: DiscoveryContext
    private let meters: KubernetesMeters

    package init(_ options: Options, in context: DiscoveryContext) {
        self.options = options
        self.context = context
        self.meters = KubernetesMeters(context.base.meters)
    }

    package func run(_ findings: DiscoveryFindings) async {
        let names = self.options.namespaces.joined(separator: ",")
        let subject = "\(self.options.role.rawValue) \(names)"
        var notice = DiscoveryNotice(Self.mechanism, subject, self.context)
        defer { notice.forget() }
        while !Task.isCancelled {
            do throws(DiscoveryFailure) {
                let (plan, isOwn) = try self.plan()
                await self.follow(plan, isOwn: isOwn, findings, &notice)
            } catch {
                self.meters.failures.add()
                notice.failed("\(error)")
                do {
                    try await self.context.base.clock.sleep(for: Self.retryInterval)
                } catch {
                    return
                }
            }
        }
    }

    /// What is watched, and whether it is in the cluster that the agent runs in.
    private func plan() throws(DiscoveryFailure) -> (plan: KubernetesWatchPlan, isOwn: Bool) {
        let cluster = self.context.cluster
        if let file = self.options.kubeconfigFile {
            return (self.plan(try cluster.kubeconfig(file), isOwn: false), false)
        }
        if let server = self.options.apiServer {
            let access = ClusterAccess(
                server: server,
                connection: self.options.client.connection,
            )
            return (self.plan(access, isOwn: false), false)
        }
        let own = try cluster.own()
        if self.options.ownNamespace, own.namespace == nil {
            throw DiscoveryFailure(
                "expected a service account's file with the agent's own namespace, found none"
            )
        }
        return (self.plan(own.access, isOwn: true, own.namespace), true)
    }

    private func plan(
        _ access: ClusterAccess,
        isOwn: Bool,
        _ ownNamespace: String? = nil,
    ) -> KubernetesWatchPlan {
        let isOfNode =
            switch self.context.scope {
            case .node: true
            // Nodes of another cluster have no agent of this one's kind.
            case nil: isOwn && self.context.cluster.isOnNode
            case .cluster, .everywhere: false
            }
        return KubernetesWatchPlan(
            self.options,
            access,
            ownNamespace: ownNamespace,
            node: isOfNode ? self.context.base.nodeName : nil,
        )
    }

    private func follow(
        _ plan: KubernetesWatchPlan,
        isOwn: Bool,
        _ findings: DiscoveryFindings,
        _ notice: inout DiscoveryNotice,
    ) async {
        let changes = ClusterChanges(self.meters)
        var watch = KubernetesWatch(plan, self.context.cluster.informers, changes)
        defer { watch.stop() }
        var isBegun = false
        while !Task.isCancelled {
            let news = changes.take()
            if let failure = news.failure {
                notice.failed(failure)
            } else if news.isReady {
                notice.succeeded()
            }
            if news.isReady {
                var names = watch.affected(by: news.objects)
                if news.isAll || !isBegun { names.formUnion(watch.names) }
                isBegun = true
                Self.tell(names, &watch, isOwn: isOwn, findings)
            }
            await changes.bell.wait()
        }
    }

    private static func tell(
        _ names: Set<ObjectName>,
        _ watch: inout KubernetesWatch,
        isOwn: Bool,
        _ findings: DiscoveryFindings,
    ) {
        var groups: [TargetGroup] = []
        for name in names {
            var group = watch.group(name)
            group.isOfOwnCluster = isOwn
            groups.append(group)
            if groups.count == Self.batchLimit {
                findings.update(groups)
                groups.removeAll(keepingCapacity: true)
            }
        }
        if !groups.isEmpty { findings.update(groups) }
    }
}
