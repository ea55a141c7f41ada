import Pipeline

/// What one configuration makes of the agent: everything between reading and sending.
final class AgentGraph: Sendable {
    let plan: AgentPlan
    let expositions: Expositions

    /// Builds every component; opens and starts nothing.
    init(_ plan: AgentPlan, _ services: AgentServices) throws {
        self.plan = plan
        let context = plan.context(
            clock: services.clock,
            meters: services.meters,
            logger: services.logger,
        )
        let groups = try CollectorGroups.build(plan, in: context, on: services.collectors)
        self.expositions = Expositions(groups: groups, meters: services.meters)
    }

    /// Starts reading and sending.
    func start() async throws {
    }

    /// Stops reading, delivers what is in hand, and returns within about `timeout`.
    func drain(within timeout: Duration) async {
    }
}
