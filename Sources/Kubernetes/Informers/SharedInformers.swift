package import Codecs
package import Pipeline
import Synchronization

/// Watches what is leased, each query once.
///
/// A watch starts with its first lease and ends a while after the last one is gone. Reading of JSON
/// runs on the executor that is given, so that large objects hold up nothing else.
package final class SharedInformers: Informers {
    private struct Key: Hashable {
        let kind: ObjectIdentifier
        let query: ObjectQuery
    }

    private struct Entry {
        /// The `ObjectStore` of the key's kind.
        let store: any Sendable
        let watch: @Sendable () async -> Void
        /// The number of the watch, while informers run.
        var task: Int?
        var leases = 0
        /// Ends the watch unless someone comes back.
        var linger: Task<Void, Never>?
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        var isRunning = false
        /// Watches that have not ended, by their numbers.
        var tasks: [Int: Task<Void, Never>] = [:]
        var lastTask = 0
    }

    private let client: APIClient
    private let context: ComponentContext
    private let executor: (any TaskExecutor)?
    private let startJitter: Duration
    private let random: @Sendable () -> Double
    private let limits: InformerLimits
    private let streaming = ListStreaming()
    private let state = Mutex(State())

    /// Describes informers; nothing is asked before `run`.
    ///
    /// - Parameters:
    ///   - client: Sends the requests.
    ///   - context: Clock, meters and log.
    ///   - executor: Where answers are read; the shared pool when nil.
    ///   - startJitter: The longest wait before the first request of a watch; chance decides.
    ///   - random: Uniform in 0..<1.
    ///   - limits: What bounds the watches.
    package init(
        _ client: APIClient,
        _ context: ComponentContext,
        on executor: (any TaskExecutor)?,
        startJitter: Duration = .zero,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        limits: InformerLimits = InformerLimits(),
    ) {
        self.client = client
        self.context = context
        self.executor = executor
        self.startJitter = startJitter
        self.random = random
        self.limits = limits
    }

    package func lease<Object: APIObject>(
        _ kind: Object.Type,
        _ query: ObjectQuery,
    ) -> InformerLease<Object> {
        let key = Key(kind: ObjectIdentifier(kind), query: query)
        let store: ObjectStore<Object> = self.state.withLock { state in
            var entry = state.entries[key] ?? self.entry(kind, query)
            let known = entry.store as? ObjectStore<Object>
            entry.leases += 1
            entry.linger?.cancel()
            entry.linger = nil
            if state.isRunning, entry.task == nil { entry.task = self.start(entry, &state) }
            state.entries[key] = entry
            return known ?? ObjectStore<Object>(keepsObjects: !query.isTransient)
        }
        return InformerLease(store) { [weak self] in self?.release(key) }
    }

    /// Keeps the leased watches going until the task is cancelled, and returns when all have ended.
    package func run() async {
        self.state.withLock { state in
            state.isRunning = true
            for key in state.entries.keys {
                if let entry = state.entries[key], entry.task == nil {
                    let task = self.start(entry, &state)
                    state.entries[key]?.task = task
                }
            }
        }
        await Doorbell().wait()
        let tasks = self.state.withLock { state in
            state.isRunning = false
            for key in state.entries.keys { state.entries[key]?.task = nil }
            return Array(state.tasks.values)
        }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }
}

extension SharedInformers {
    private func entry<Object: APIObject>(_ kind: Object.Type, _ query: ObjectQuery) -> Entry {
        let store = ObjectStore<Object>(keepsObjects: !query.isTransient)
        let tools = Reflector<Object>.Tools(
            client: self.client,
            clock: self.context.clock,
            meters: self.context.meters,
            logger: self.context.logger,
            limits: self.limits,
            streaming: self.streaming,
            random: self.random,
        )
        let reflector = Reflector<Object>(query, store, tools)
        let (jitter, random) = (self.startJitter, self.random)
        return Entry(store: store, watch: { await reflector.run(after: jitter * random()) })
    }

    /// Starts a watch; the number is what it is known by until it has ended.
    private func start(_ entry: Entry, _ state: inout State) -> Int {
        state.lastTask += 1
        let number = state.lastTask
        let watch = entry.watch
        state.tasks[number] = Task(executorPreference: self.executor) { [weak self] in
            await watch()
            self?.state.withLock { $0.tasks[number] = nil }
        }
        return number
    }

    private func release(_ key: Key) {
        self.state.withLock { state in
            state.entries[key]?.leases -= 1
            guard state.entries[key]?.leases == 0 else { return }
            let (clock, linger) = (self.context.clock, self.limits.linger)
            state.entries[key]?.linger = Task { [weak self] in
                do {
                    try await clock.sleep(for: linger)
                } catch {
                    return
                }
                self?.end(key)
            }
        }
    }

    /// Ends the watch of a key that nobody leases.
    private func end(_ key: Key) {
        self.state.withLock { state in
            guard let entry = state.entries[key], entry.leases == 0 else { return }
            state.entries[key] = nil
            if let task = entry.task { state.tasks[task]?.cancel() }
        }
    }
}
