import Collectors
import Config
import Kubernetes
import Pipeline

/// Builds the groups of collectors of a plan.
enum CollectorGroups {
    /// The node's group and that of its pods.
    static func build(
        _ plan: AgentPlan,
        in context: ComponentContext,
        on thread: ThreadExecutor,
    ) throws(ConfigError) -> [Expositions.Group] {
        [
            try Self.node(plan.options.node, in: context, on: thread),
            try Self.pods(plan, in: context, on: thread),
        ]
    }

    private static func node(
        _ options: NodeOptions,
        in context: ComponentContext,
        on thread: ThreadExecutor,
    ) throws(ConfigError) -> Expositions.Group {
        var context = context
        let disabled = options.disabled
        context.isEnabled = { !disabled.contains($0) }
        var drivers: [any CollectorRunning] = []
        for builder in options.collectors { drivers.append(try builder(context)) }
        let buildInfo = NodeBuildInfo(version: Self.nodeExporterVersion)
        let node = CollectorGroup(.node, drivers, on: thread) { buildInfo.write(into: &$0) }
        return Expositions.Group(name: "node", collectors: node, disabled: disabled)
    }

    /// Outside a cluster the group is empty, not full of collectors that fail.
    private static func pods(
        _ plan: AgentPlan,
        in context: ComponentContext,
        on thread: ThreadExecutor,
    ) throws(ConfigError) -> Expositions.Group {
        let options = plan.options.pods
        var drivers: [any CollectorRunning] = []
        if plan.cluster.node.isAsked {
            for builder in options.collectors { drivers.append(try builder(context)) }
        }
        return Expositions.Group(
            name: "pods",
            collectors: CollectorGroup(Self.podFamilies, drivers, on: thread),
            disabled: options.disabled,
        )
    }

    /// The release of node_exporter whose names and defaults these are; dashboards show it.
    private static let nodeExporterVersion = "1.12.1"
    /// kube-state-metrics has no such families, so these are the agent's own.
    private static let podFamilies = CollectorGroup.Families(prefix: "martlet_pods")
}
