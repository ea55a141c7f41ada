import Pipeline

/// Every path of the agent's own port.
enum AdminEndpoints {
    /// The endpoints, in the order of their paths.
    static func all(
        _ supervisor: Supervisor,
        _ services: AgentServices,
    ) -> [any AdminEndpoint] {
        let current = supervisor.current
        let expositions: @Sendable () async -> Expositions = { current.value }
        return [
            PageEndpoint { await supervisor.freshReport() },
            HealthyEndpoint(),
            ReadyEndpoint(state: services.state),
            ReloadEndpoint { await supervisor.reload("a request to /-/reload") },
            StatusEndpoint { await supervisor.freshReport() },
            TargetsEndpoint { await supervisor.graph.metrics.manager },
            LedgerEndpoint { await supervisor.graph.logs.pipeline.ledger },
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
        ]
    }
}
