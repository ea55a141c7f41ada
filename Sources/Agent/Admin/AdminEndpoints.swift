import Pipeline
import Scraping

/// Every path of the agent's own port.
enum AdminEndpoints {
    /// The endpoints, in the order of their paths.
    static func all(
        _ supervisor: Supervisor,
        _ services: AgentServices,
    ) -> [any AdminEndpoint] {
        let current = supervisor.current
        let expositions: @Sendable () async -> Expositions = { current.value }
        let manager: @Sendable () async -> ScrapeManager = {
            await supervisor.graph.metrics.manager
        }
        return [
            PageEndpoint { await supervisor.freshReport() },
            HealthyEndpoint(),
            ReadyEndpoint(state: services.state),
            ReloadEndpoint { await supervisor.reload("a request to /-/reload") },
            StatusEndpoint { await supervisor.freshReport() },
            TargetsEndpoint(nodeName: { await supervisor.graph.plan.nodeName }, manager: manager),
            TargetMetadataEndpoint(manager: manager),
            CardinalityEndpoint(manager: manager),
            MetadataEndpoint(manager: manager),
            ScrapePoolsEndpoint(manager: manager),
            ConfigurationEndpoint { await supervisor.graph.plan },
            BuildInformationEndpoint(),
            RuntimeInformationEndpoint(state: services.state, clock: services.clock),
            LedgerEndpoint { await supervisor.graph.logs.pipeline.ledger },
            TapEndpoint { await supervisor.graph.logs.pipeline },
            MetricsEndpoint(path: "/metrics", selection: .all, expositions: expositions),
            MetricsEndpoint(
                path: "/metrics/agent",
                selection: .agent,
                expositions: expositions,
            ),
            MetricsEndpoint(
                path: "/metrics/node",
                selection: .group("node"),
                expositions: expositions,
            ),
            MetricsEndpoint(
                path: "/metrics/pods",
                selection: .group("pods"),
                expositions: expositions,
            ),
        ]
    }
}
