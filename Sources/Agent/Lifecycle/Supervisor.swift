import Codecs
import Config
import Logging
import Pipeline

/// Owns the graph in use and exchanges it when the configuration changes.
///
/// It has a thread of its own: reading a configuration takes long, and an actor without one works on
/// the thread of whoever asks, such as the one that answers requests.
actor Supervisor {
    private let executor: ThreadExecutor
    private let services: AgentServices
    private let path: String?
    private let environment: [String: String]
    private let notices: ServiceManager
    /// What sockets and the log were made of.
    private let initial: AgentOptions
    /// What can be scraped of the graph in use.
    nonisolated let current = CurrentExpositions()
    private(set) var graph: AgentGraph
    private var isChanging = false
    /// Changes that wait for the one under way.
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var isStopping = false

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe self.executor.asUnownedSerialExecutor()
    }

    /// Builds the first graph.
    init(
        _ plan: AgentPlan,
        _ services: AgentServices,
        path: String?,
        environment: [String: String],
        notices: ServiceManager,
    ) throws {
        self.executor = try ThreadExecutor("supervisor")
        self.services = services
        self.path = path
        self.environment = environment
        self.notices = notices
        self.initial = plan.options
        let current = self.current
        self.graph = try AgentGraph(plan, services, expositions: { current.value })
        current.set(self.graph.expositions)
    }

    /// What the page shows now; runs collectors that nobody has scraped yet.
    func freshReport() async -> StatusReport {
        let graph = self.graph
        for group in graph.expositions.groups
        where group.collectors.lastRuns.contains(where: { $0.outcome == nil }) {
            await group.collectors.render(as: .prometheusText, into: Payload(capacity: 64 << 10))
        }
        return StatusReport(graph: graph, services: self.services, path: self.path)
    }

    /// Starts the first graph.
    func start() async throws {
        try await self.graph.start()
        let now = self.services.clock.wallNanoseconds
        self.services.state.update { state in
            state.phase = .running
            state.loadedAt = now
        }
    }

    /// Reads the file anew and applies it.
    ///
    /// - Returns: Why it was refused; nil when it is in use now.
    func reload(_ reason: StaticString) async -> String? {
        await self.beginChange()
        defer { self.endChange() }
        if self.isStopping { return "the agent is stopping" }
        let logger = self.services.logger
        self.notices.reloading(monotonic: self.services.clock.monotonicNanoseconds)
        defer { self.notices.ready("running") }
        let (plan, report) = AgentPlan.load(path: self.path, environment: self.environment)
        guard let plan else { return self.refuse("\(report)") }
        for warning in report.warnings {
            logger.warning("configuration warning", metadata: ["problem": "\(warning)"])
        }
        do {
            let previous = self.graph
            let current = self.current
            let next = try AgentGraph(
                plan,
                self.services,
                replacing: previous,
                expositions: { current.value },
            )
            self.graph = next
            current.set(next.expositions)
            try await next.start(replacing: previous)
        } catch {
            return self.refuse("\(error)")
        }
        self.warnOfRest(self.initial, plan.options)
        let now = self.services.clock.wallNanoseconds
        self.services.state.update { state in
            state.refusedConfiguration = nil
            state.loadedAt = now
            state.reloads += 1
        }
        logger.notice("configuration applied", metadata: ["reason": "\(reason)"])
        return nil
    }

    /// Waits until no other change is under way; changes come one after the other.
    private func beginChange() async {
        if self.isChanging {
            await withCheckedContinuation { self.waiting.append($0) }
        } else {
            self.isChanging = true
        }
    }

    private func endChange() {
        if self.waiting.isEmpty {
            self.isChanging = false
        } else {
            self.waiting.removeFirst().resume()
        }
    }

    /// Names what a reload can't change: sockets and the log are made once.
    private func warnOfRest(_ old: AgentOptions, _ new: AgentOptions) {
        if old.server != new.server {
            self.services.logger.warning("a changed server section counts from the next start")
        }
        if old.agent.level != new.agent.level || old.agent.format != new.agent.format {
            self.services.logger.warning("a changed agent.log_ key counts from the next start")
        }
    }

    private func refuse(_ why: String) -> String {
        self.services.state.update { state in
            state.refusedConfiguration = why
            state.refusals += 1
        }
        self.services.logger.error(
            "configuration refused, the previous one goes on",
            metadata: ["problems": "\(why)"],
        )
        return why
    }

    /// Drains the graph for good.
    func stop() async {
        self.isStopping = true
        await self.beginChange()
        defer { self.endChange() }
        self.services.state.update { $0.phase = .draining }
        await self.graph.drain(within: self.graph.plan.options.agent.drainTimeout)
    }
}
