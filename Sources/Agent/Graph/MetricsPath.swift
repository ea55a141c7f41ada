import Kubernetes
import Logging
import Pipeline
import Scraping
import Sinks
import Synchronization
import Telemetry

/// From targets to receivers: the scrape manager and a driver for each `remote_write` entry.
///
/// It outlives a reload that leaves the receivers as they are: then only the jobs are exchanged, and
/// what waits to be sent goes on waiting.
final class MetricsPath: Sendable {
    /// What makes two configurations share a path: everything but the jobs.
    private struct Identity: Equatable {
        let receivers: [RemoteWriteOptions]
        let seed: String
        let cluster: ClusterPlan
    }

    let manager: ScrapeManager
    let drivers: [MetricSinkDriver]
    let urls: [String]
    private let identity: Identity
    private let context: ComponentContext
    /// Where what blocks may run.
    private let blocking: ThreadExecutor
    private let tasks = Mutex<(scraping: Task<Void, Never>, sending: [Task<Void, Never>])?>(nil)

    /// Builds the manager and the drivers; nothing runs yet.
    init(_ plan: AgentPlan, _ services: AgentServices, _ context: ComponentContext) {
        self.identity = Self.identity(of: plan)
        self.context = context
        self.blocking = services.collectors
        self.urls = plan.options.remoteWrite.map(\.shownURL)
        self.drivers = plan.options.remoteWrite.map { options in
            MetricSinkDriver(
                remoteWrite: options,
                version: AgentVersion.number,
                exchange: services.exchange,
                context: context,
            )
        }
        self.manager = ScrapeManager(
            receivers: self.drivers.isEmpty ? [] : self.drivers + [SampleTally(context.meters)],
            exchange: services.exchange,
            names: services.names,
            executor: services.scrapes,
            version: AgentVersion.number,
            seed: self.identity.seed,
            cluster: plan.cluster.discovery(services.cluster.informers),
            membership: Self.membership(plan, services, context),
            context: context,
        )
    }

    /// Whether this path serves `plan` as well, given its jobs.
    func serves(_ plan: AgentPlan) -> Bool { self.identity == Self.identity(of: plan) }

    private static func identity(of plan: AgentPlan) -> Identity {
        Identity(
            receivers: plan.options.remoteWrite,
            seed: plan.nodeName + plan.options.global.externalLabels.description,
            cluster: plan.cluster,
        )
    }

    /// The other agents, with whom targets of no node are divided.
    private static func membership(
        _ plan: AgentPlan,
        _ services: AgentServices,
        _ context: ComponentContext,
    ) -> AgentMembership? {
        guard let options = plan.cluster.agents, let access = plan.cluster.node.access else {
            return nil
        }
        return AgentMembership(
            options,
            access,
            namespace: plan.cluster.namespace ?? "default",
            informers: services.cluster.informers,
            context,
        )
    }

    /// Starts scraping and sending.
    func start() {
        let scraping = Task { await self.manager.run() }
        let sending = self.drivers.map { driver in
            Task { await driver.run(metadata: self.manager) }
        }
        self.tasks.withLock { $0 = (scraping, sending) }
        Task(executorPreference: self.blocking) { self.warnOfLeftOvers() }
    }

    /// Names the queues on disk of receivers that are not configured any more.
    private func warnOfLeftOvers() {
        let folders = MetricQueueFolders.leftOver(
            of: self.drivers.map(\.name),
            in: self.context.stateDirectory,
        )
        if folders.isEmpty { return }
        self.context.logger.warning(
            "samples wait on disk for receivers that are not configured any more",
            metadata: [
                "folders": "\(folders.joined(separator: " "))",
                "remedy": "configure them again under their names, or remove the folders",
            ],
        )
    }

    /// Ends scraping, gets delivered what is in hand within `timeout`, and ends sending.
    func drain(within timeout: Duration) async {
        let taken = self.tasks.withLock { tasks in
            defer { tasks = nil }
            return tasks
        }
        guard let taken else { return }
        taken.scraping.cancel()
        await taken.scraping.value
        await withTaskGroup { group in
            for driver in self.drivers {
                group.addTask { _ = await driver.flush(within: timeout) }
            }
        }
        for task in taken.sending { task.cancel() }
        for task in taken.sending { await task.value }
    }
}
