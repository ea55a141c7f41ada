import Kubernetes
import Pipeline

/// What asks for the cluster's objects, and what is known of this node.
struct ClusterServices: Sendable {
    /// Shares watches of the cluster's objects.
    let informers: SharedInformers
    /// What the cluster says of this node.
    let node: NodeCluster

    /// Puts them together; nothing is asked before `run`.
    ///
    /// The thread that reads objects is there where there is a cluster; elsewhere a cluster that is
    /// configured later is read on the shared threads.
    init(
        _ plan: AgentPlan,
        over exchange: any HTTPExchange,
        _ context: ComponentContext,
        startJitter: Duration,
    ) throws {
        let client = APIClient(
            exchange,
            version: AgentVersion.number,
            clock: context.clock,
            meters: context.meters,
        )
        self.informers = SharedInformers(
            client,
            context,
            on: plan.cluster.node.access == nil ? nil : try ThreadExecutor("cluster"),
            startJitter: startJitter,
        )
        self.node = NodeCluster(
            informers: self.informers,
            lookups: client,
            exchange: exchange,
            context: context,
        )
    }

    /// Asks until the task is cancelled.
    func run() async {
        await withTaskGroup { group in
            group.addTask { await self.informers.run() }
            group.addTask { await self.node.run() }
        }
    }
}

extension ClusterServices {
    /// How often a one-shot command looks whether the answer is there.
    private static let pause = Duration.milliseconds(20)

    /// Asks until this node's pods are known, for `patience` at the most, and calls `body`.
    func whileKnown<Result: Sendable>(
        _ plan: NodeClusterPlan,
        within patience: Duration,
        on clock: any AgentClock,
        _ body: () async throws -> Result,
    ) async throws -> Result {
        self.node.apply(plan)
        let task = Task { await self.run() }
        defer { task.cancel() }
        let end = clock.monotonicNanoseconds + patience.nanoseconds
        while clock.monotonicNanoseconds < end,
            !self.node.isKnown || plan.access != nil && self.node.node == nil
        {
            try await clock.sleep(for: Self.pause)
        }
        return try await body()
    }
}
