import Pipeline
import Scraping

/// What one configuration makes of the agent: everything between reading and sending.
final class AgentGraph: Sendable {
    let plan: AgentPlan
    let expositions: Expositions
    let metrics: MetricsPath
    private let jobs: [ScrapeJob]

    /// Builds every component; opens and starts nothing.
    ///
    /// Takes over from `previous` what the new configuration leaves as it was.
    init(
        _ plan: AgentPlan,
        _ services: AgentServices,
        replacing previous: AgentGraph? = nil,
        expositions current: @escaping @Sendable () async -> Expositions,
    ) throws {
        self.plan = plan
        let context = plan.context(
            clock: services.clock,
            meters: services.meters,
            logger: services.logger,
        )
        let groups = try CollectorGroups.build(plan, in: context, on: services.collectors)
        self.expositions = Expositions(groups: groups, meters: services.meters)
        self.jobs =
            plan.options.scrapeJobs.map { ScrapeJob($0) }
            + SelfTargets.jobs(plan, expositions: current)
        if let previous, previous.metrics.serves(plan) {
            self.metrics = previous.metrics
        } else {
            self.metrics = MetricsPath(plan, services, context)
        }
    }

    /// Starts reading and sending, after `previous` has let go of what this graph does not share.
    func start(replacing previous: AgentGraph? = nil) async throws {
        let shares = previous.map { $0.metrics === self.metrics } ?? false
        if let previous, !shares {
            await previous.metrics.drain(within: self.plan.options.agent.drainTimeout)
        }
        self.metrics.manager.apply(self.jobs)
        if !shares { self.metrics.start() }
    }

    /// Stops reading, delivers what is in hand, and returns within about `timeout`.
    func drain(within timeout: Duration) async {
        await self.metrics.drain(within: timeout)
    }
}
