import Collectors
import Config
import Pipeline

/// Builds the groups of collectors of a plan.
enum CollectorGroups {
    /// The node's group.
    static func build(
        _ plan: AgentPlan,
        in context: ComponentContext,
        on thread: ThreadExecutor,
    ) throws(ConfigError) -> [Expositions.Group] {
        var context = context
        let disabled = plan.options.node.disabled
        context.isEnabled = { !disabled.contains($0) }
        var drivers: [any CollectorRunning] = []
        for builder in plan.options.node.collectors { drivers.append(try builder(context)) }
        let buildInfo = NodeBuildInfo(version: Self.nodeExporterVersion)
        let node = CollectorGroup(.node, drivers, on: thread) { buildInfo.write(into: &$0) }
        return [
            Expositions.Group(name: "node", collectors: node, disabled: disabled)
        ]
    }

    /// The release of node_exporter whose names and defaults these are; dashboards show it.
    private static let nodeExporterVersion = "1.12.1"
}
