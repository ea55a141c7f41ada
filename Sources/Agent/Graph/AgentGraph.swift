import Kubernetes
import Pipeline
import Scraping

/// What one configuration makes of the agent: everything between reading and sending.
final class AgentGraph: Sendable {
    let plan: AgentPlan
    let expositions: Expositions
    let metrics: MetricsPath
    let logs: LogPath
    private let jobs: [ScrapeJob]
    private let cluster: NodeCluster

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
        self.cluster = services.cluster.node
        let context = plan.context(
            clock: services.clock,
            meters: services.meters,
            logger: services.logger,
            cluster: services.cluster.node,
        )
        let groups = try CollectorGroups.build(plan, in: context, on: services.collectors)
        self.expositions = Expositions(groups: groups, meters: services.meters)
        self.jobs =
            try plan.scrapeJobs.map { ScrapeJob($0) }
            + SelfTargets.jobs(
                plan,
                isInCluster: plan.cluster.node.isAsked,
                expositions: current,
            )
        if let previous, previous.metrics.serves(plan) {
            self.metrics = previous.metrics
        } else {
            self.metrics = MetricsPath(plan, services, context)
        }
        if let previous, previous.logs.serves(plan) {
            self.logs = previous.logs
        } else {
            self.logs = try LogPath(plan, services, context)
        }
    }

    /// Starts reading and sending, after `previous` has let go of what this graph does not share.
    func start(replacing previous: AgentGraph? = nil) async throws {
        let timeout = self.plan.options.agent.drainTimeout
        let sharesMetrics = previous.map { $0.metrics === self.metrics } ?? false
        let sharesLogs = previous.map { $0.logs === self.logs } ?? false
        if let previous {
            await withTaskGroup { group in
                if !sharesMetrics {
                    group.addTask { await previous.metrics.drain(within: timeout) }
                }
                if !sharesLogs { group.addTask { await previous.logs.drain(within: timeout) } }
            }
        }
        self.cluster.apply(self.plan.cluster.node)
        self.metrics.manager.apply(self.jobs)
        if !sharesMetrics { self.metrics.start() }
        if !sharesLogs { self.logs.start() }
    }

    /// Stops reading, delivers what is in hand, and returns within about `timeout`.
    func drain(within timeout: Duration) async {
        await withTaskGroup { group in
            group.addTask { await self.metrics.drain(within: timeout) }
            group.addTask { await self.logs.drain(within: timeout) }
        }
    }
}
