import Codecs
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
        var drivers: [any CollectorRunning] = []
        for builder in plan.options.node.collectors { drivers.append(try builder(context)) }
        let node = CollectorGroup(.node, drivers, on: thread) { metrics in
            metrics.family(
                "node_exporter_build_info",
                .gauge,
                "A metric with a constant '1' value labeled by version, revision, branch, "
                    + "goversion from which node_exporter was built, and the goos and goarch for "
                    + "the build.",
            )
            // The version is that of the node_exporter whose names these are.
            metrics.sample(1) { labels in
                labels.add("branch", "")
                labels.add("goarch", Self.architecture)
                labels.add("goos", "linux")
                labels.add("goversion", "")
                labels.add("revision", "martlet-" + AgentVersion.number)
                labels.add("tags", "")
                labels.add("version", "1.12.0")
            }
        }
        return [
            Expositions.Group(name: "node", collectors: node, disabled: plan.options.node.disabled)
        ]
    }

    private static var architecture: String {
        #if arch(x86_64)
        "amd64"
        #elseif arch(arm64)
        "arm64"
        #else
        ""
        #endif
    }
}
