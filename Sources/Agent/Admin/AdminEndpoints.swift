import Pipeline

/// Every path of the agent's own port.
enum AdminEndpoints {
    /// The endpoints, in the order of their paths.
    static func all(
        _ supervisor: Supervisor,
        _ services: AgentServices,
    ) -> [any AdminEndpoint] {
        let expositions: @Sendable () async -> Expositions = { await supervisor.graph.expositions }
        return [
            PageEndpoint(),
            HealthyEndpoint(),
            ReadyEndpoint(state: services.state),
            ReloadEndpoint { await supervisor.reload("a request to /-/reload") },
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
