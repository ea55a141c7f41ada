package import Codecs
import Logging
package import Pipeline
import Synchronization

/// What the cluster says of this node, from the API or the kubelet: one source for every signal.
///
/// It lives as long as the process; `apply` says whom to ask, at any time, and what is known stays
/// until somebody else has said something.
package final class NodeCluster: NodeObjects {
    private typealias PodStore = ObjectStore<PodObject>

    private struct State {
        var wish: NodeClusterPlan?
        var index = PodIndex()
        var names = WorkloadNames()
        /// Where pods are read from: the API's store once it is whole, else the kubelet's.
        var pods: ObjectStore<PodObject>?
        var node: ObjectStore<NodeObject>?
        var namespaces: ObjectStore<NamespaceObject>?
        /// What was last found to be wrong.
        var trouble: String?
        /// Controllers that are to be asked for.
        var questions: Set<WorkloadNames.Question> = []
    }

    let informers: any Informers
    let lookups: any ObjectLookups
    private let exchange: any HTTPExchange
    let context: ComponentContext
    private let state = Mutex(State())
    private let wishBell = Doorbell()
    let questionBell = Doorbell()

    /// Makes a cluster of which nothing is known.
    package init(
        informers: any Informers,
        lookups: any ObjectLookups,
        exchange: any HTTPExchange,
        context: ComponentContext,
    ) {
        self.informers = informers
        self.lookups = lookups
        self.exchange = exchange
        self.context = context
    }

    /// Says whom to ask; a plan that stays as it was changes nothing.
    package func apply(_ plan: NodeClusterPlan) {
        let isNew = self.state.withLock { state in
            defer { state.wish = plan }
            return state.wish != plan
        }
        if isNew { self.wishBell.ring() }
    }

    /// Keeps up to date until the task is cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.answerQuestions() }
            var running: (plan: NodeClusterPlan, task: Task<Void, Never>)?
            while !Task.isCancelled {
                let wish = self.state.withLock { $0.wish }
                if let wish, wish != running?.plan {
                    running?.task.cancel()
                    await running?.task.value
                    running = (wish, Task { await self.follow(wish) })
                }
                await self.wishBell.wait()
            }
            running?.task.cancel()
            await running?.task.value
            group.cancelAll()
        }
    }
}

// What is known.
extension NodeCluster {
    /// Whom to ask, as it was last said.
    var plan: NodeClusterPlan? { self.state.withLock { $0.wish } }

    package var isAsked: Bool {
        self.state.withLock { $0.wish }?.isAsked ?? false
    }

    package var isKnown: Bool { self.state.withLock { $0.pods }?.isSynced ?? false }

    /// Why this node's pods are not known, or not as they are now; nil while all is well.
    package var trouble: String? { self.state.withLock { $0.trouble } }

    package var pods: [PodObject] { self.state.withLock { $0.pods }?.objects ?? [] }

    package var node: NodeObject? { self.state.withLock { $0.node }?.objects.first }

    package func pod(uid: String) -> PodObject? {
        let (place, gone, store) = self.state.withLock { state in
            (state.index.place(of: uid), state.index.gone(uid), state.pods)
        }
        if let place, let pod = store?.object(place.namespace, place.name) { return pod }
        return gone
    }

    package func workload(of pod: PodObject) -> ObjectMetadata.Owner? {
        self.state.withLock { $0.names.workload(of: pod).owner }
    }

    package func namespace(_ name: String) -> ObjectMetadata? {
        self.state.withLock { $0.namespaces }?.object("", name)?.metadata
    }
}

// Following one plan.
extension NodeCluster {
    private func follow(_ plan: NodeClusterPlan) async {
        let kubeletPods = ObjectStore<PodObject>()
        let watched = self.observe(kubeletPods)
        defer { kubeletPods.stopObserving(watched) }
        guard let access = plan.access, plan.source != .kubelet, plan.source != .none else {
            if plan.source == .kubelet { await self.poll(plan, into: kubeletPods) }
            return
        }
        let pods = self.informers.lease(PodObject.self, plan.podQuery(access))
        let node = self.informers.lease(NodeObject.self, plan.nodeQuery(access))
        let namespaces =
            plan.watchesNamespaces
            ? self.informers.lease(NamespaceObject.self, ObjectQuery(access)) : nil
        let bell = Doorbell()
        let observer = self.observe(pods.store, then: { bell.ring() })
        defer { pods.store.stopObserving(observer) }
        self.state.withLock { state in
            state.node = node.store
            state.namespaces = namespaces?.store
        }
        // Somebody else may have had this watch for a while.
        self.takeOver(pods.store)
        var polling: Task<Void, Never>?
        let clock = self.context.clock
        let patience = clock.monotonicNanoseconds + plan.patience.nanoseconds
        while !Task.isCancelled {
            let rest = patience - clock.monotonicNanoseconds
            let isHere = pods.store.isSynced
            let isRefused = !isHere && (pods.store.failure != nil || rest <= 0)
            if plan.source == .auto, isRefused, polling == nil {
                polling = Task { await self.poll(plan, into: kubeletPods) }
            } else if isHere, let task = polling {
                task.cancel()
                polling = nil
            }
            if isHere || rest <= 0 {
                await bell.wait()
            } else {
                await bell.wait(for: .nanoseconds(rest), on: clock)
            }
        }
        polling?.cancel()
        await polling?.value
    }

    private func poll(_ plan: NodeClusterPlan, into store: ObjectStore<PodObject>) async {
        await KubeletPods(
            plan.kubelet,
            fallback: plan.access?.connection.authorization ?? .none,
            into: store,
            over: self.exchange,
            context: self.context,
        ).run()
    }

    /// Notes what a store tells, of which `then` hears whether all is well.
    ///
    /// - Returns: The observer's number.
    private func observe(
        _ store: ObjectStore<PodObject>,
        then: @escaping @Sendable () -> Void = {},
    ) -> Int {
        store.observe { change in
            switch change {
            case .updated(let pod, let previous):
                let now = self.context.clock.monotonicNanoseconds
                let hasQuestion = self.state.withLock { state in
                    if let previous, previous.metadata.uid != pod.metadata.uid {
                        state.index.remove(previous, at: now)
                    }
                    state.index.add(pod)
                    // Before a list is whole, what is there of it is better than nothing.
                    if state.pods == nil { state.pods = store }
                    guard let question = state.names.workload(of: pod).question else {
                        return false
                    }
                    return state.questions.insert(question).inserted
                }
                if hasQuestion { self.questionBell.ring() }
            case .removed(let pod):
                let now = self.context.clock.monotonicNanoseconds
                self.state.withLock { $0.index.remove(pod, at: now) }
            case .synced:
                self.takeOver(store)
                then()
            case .failed(let reason):
                self.state.withLock { $0.trouble = reason }
                then()
            }
        }
    }

    /// Reads from `store` from now on, if it is whole.
    private func takeOver(_ store: ObjectStore<PodObject>) {
        if !store.isSynced { return }
        let pods = store.objects
        self.state.withLock { state in
            state.pods = store
            // Whoever tells of pods, they are told of.
            state.trouble = nil
            for pod in pods { state.index.add(pod) }
        }
    }
}

// Questions about controllers, for who asks them.
extension NodeCluster {
    /// The next question and whom to ask.
    func nextQuestion() -> (WorkloadNames.Question, ClusterAccess)? {
        self.state.withLock { state in
            guard let access = state.wish?.access, let question = state.questions.popFirst() else {
                return nil
            }
            return (question, access)
        }
    }

    /// Puts a question again.
    func ask(_ question: WorkloadNames.Question) {
        self.state.withLock { _ = $0.questions.insert(question) }
    }

    /// Remembers what a controller belongs to; nil for nothing.
    func learn(_ question: WorkloadNames.Question, _ owner: ObjectMetadata.Owner?) {
        self.state.withLock { $0.names.learn(question, owner) }
    }
}
