import Logging
import Pipeline
import Synchronization
import Telemetry

/// Runs the mechanisms of all jobs and keeps what they found.
///
/// `want` says which there should be, at any time; one that stays as it was goes on with its groups.
/// What they find is told to `run`'s caller job by job, no more often than every `pace`.
final class DiscoveryDriver: Sendable {
    private struct Key: Hashable {
        let job: String
        let configuration: DiscoveryConfiguration
    }

    /// What one entry found.
    private struct Found {
        /// The groups by source.
        var groups: [String: TargetGroup] = [:]
        /// Targets of all of them.
        var targets = 0
        /// Groups that there was no room for in the last update.
        var turnedAway = 0

        /// Takes a group in; says whether anything changed by it.
        mutating func take(_ group: TargetGroup) -> Bool {
            let known = self.groups[group.source]
            if known == group || known == nil && group.targets.isEmpty { return false }
            if known == nil, self.groups.count >= DiscoveryFindings.groupLimit {
                self.turnedAway += 1
                return false
            }
            self.targets += group.targets.count - (known?.targets.count ?? 0)
            self.groups[group.source] = group.targets.isEmpty ? nil : group
            return true
        }

        /// Forgets the sources that are not among `groups`; says whether there were any.
        mutating func forgetAll(but groups: [TargetGroup]) -> Bool {
            let kept = Set(groups.map(\.source))
            let gone = self.groups.keys.filter { !kept.contains($0) }
            for source in gone {
                self.targets -= self.groups[source]?.targets.count ?? 0
                self.groups[source] = nil
            }
            return !gone.isEmpty
        }
    }

    private struct State {
        /// By job, its entries in order.
        var wanted: [String: [DiscoveryConfiguration]] = [:]
        /// By entry, what it found.
        var found: [Key: Found] = [:]
        /// Targets that jobs list themselves.
        var listed: [String: Int] = [:]
        /// Jobs of which something new was found.
        var changed: Set<String> = []
    }

    /// The time between two updates of the scrapes.
    ///
    /// Prometheus takes five seconds; that a pod is scraped within two of its start needs less.
    static let pace = Duration.seconds(1)
    /// Updates take at the most this part of the time, however many targets there are.
    static let share: Int64 = 20
    /// The wait for what is found at nearly the same time.
    static let settling = Duration.milliseconds(100)

    private let exchange: any HTTPExchange
    private let names: any NameExchange
    private let version: String
    private let cluster: DiscoveryCluster
    private let context: ComponentContext
    let meters: DiscoveryMeters
    private let wantedBell = Doorbell()
    private let foundBell = Doorbell()
    private let state = Mutex(State())

    init(
        _ exchange: any HTTPExchange,
        _ names: any NameExchange,
        version: String,
        cluster: DiscoveryCluster,
        _ context: ComponentContext,
    ) {
        self.exchange = exchange
        self.names = names
        self.version = version
        self.cluster = cluster
        self.context = context
        self.meters = DiscoveryMeters(context.meters)
    }

    /// Says which jobs there are.
    func want(_ jobs: [ScrapeJob]) {
        self.state.withLock { state in
            state.wanted = [:]
            state.listed = [:]
            for job in jobs {
                let name = job.options.jobName
                state.wanted[name] = job.options.discoveries
                state.listed[name] =
                    job.options.staticTargets.reduce(job.internalTargets.count) {
                        $0 + $1.targets.count
                    }
            }
            state.found = state.found.filter { key, _ in
                state.wanted[key.job]?.contains(key.configuration) ?? false
            }
        }
        self.countTargets()
        self.wantedBell.ring()
    }

    /// What the mechanisms of a job found so far, sorted by their sources.
    func groups(of job: String) -> [TargetGroup] {
        let groups = self.state.withLock { state in
            (state.wanted[job] ?? []).map { configuration in
                state.found[Key(job: job, configuration: configuration)]?.groups ?? [:]
            }
        }
        return groups.flatMap { groups in
            groups.values.sorted { $0.source.utf8.lexicographicallyPrecedes($1.source.utf8) }
        }
    }

    /// Runs until the task is cancelled; `apply` is told the jobs of which something new was found.
    func run(_ apply: @escaping @Sendable (Set<String>) -> Void) async {
        let attachment = self.context.meters.attach(self.meters)
        defer { self.context.meters.detach(attachment) }
        await withDiscardingTaskGroup { group in
            group.addTask { await self.handOn(apply) }
            await self.runMechanisms()
            group.cancelAll()
        }
    }

    private func runMechanisms() async {
        var running: [Key: Task<Void, Never>] = [:]
        var executor: ThreadExecutor?
        while !Task.isCancelled {
            let wanted = self.state.withLock { state in
                Set(
                    state.wanted.flatMap { job, list in
                        list.map { Key(job: job, configuration: $0) }
                    }
                )
            }
            for (key, task) in running where !wanted.contains(key) {
                task.cancel()
                running[key] = nil
            }
            for key in wanted where running[key] == nil {
                // Reading files and parsing block, so they have a thread, if there is anything to do.
                executor = executor ?? self.makeExecutor()
                running[key] = self.start(key, on: executor)
            }
            await self.wantedBell.wait()
        }
        for task in running.values { task.cancel() }
        for task in running.values { await task.value }
    }

    private func makeExecutor() -> ThreadExecutor? {
        do {
            return try ThreadExecutor("discovery")
        } catch {
            self.context.logger.error(
                "the thread for discovery could not be started, the shared ones are used",
                metadata: ["reason": "\(error)"],
            )
            return nil
        }
    }

    private func start(_ key: Key, on executor: ThreadExecutor?) -> Task<Void, Never> {
        let discovery = key.configuration.make(
            DiscoveryContext(
                job: key.job,
                exchange: self.exchange,
                names: self.names,
                version: self.version,
                cluster: self.cluster,
                scope: key.configuration.scope,
                base: self.context,
                meters: self.meters,
            )
        )
        let findings = DiscoveryFindings { groups, isAll in
            self.take(groups, isAll: isAll, from: key)
        }
        return Task(executorPreference: executor) { await discovery.run(findings) }
    }

    private func take(_ groups: [TargetGroup], isAll: Bool, from key: Key) {
        self.meters.received.add()
        let turnedAway = self.state.withLock { state -> Int in
            // A mechanism that is not wanted any more may still be on its way out.
            guard state.wanted[key.job]?.contains(key.configuration) ?? false else { return 0 }
            // Changed in place: an update may be one group of many thousands.
            var isChanged = false
            if isAll { isChanged = state.found[key]?.forgetAll(but: groups) ?? false }
            for group in groups {
                isChanged = state.found[key, default: Found()].take(group) || isChanged
            }
            if isChanged { state.changed.insert(key.job) }
            let turnedAway = state.found[key]?.turnedAway ?? 0
            state.found[key]?.turnedAway = 0
            return turnedAway
        }
        self.meters.groupsTurnedAway.add(turnedAway)
        self.countTargets()
        self.foundBell.ring()
    }

    private func countTargets() {
        let counts = self.state.withLock { state in
            var counts = state.listed
            for (key, found) in state.found { counts[key.job, default: 0] += found.targets }
            return counts
        }
        self.meters.set(targets: counts)
    }

    /// Hands changes on, those that come at nearly the same time together.
    private func handOn(_ apply: (Set<String>) -> Void) async {
        let clock = self.context.clock
        // When the next update may be.
        var earliest: Int64?
        while true {
            await self.foundBell.wait()
            if Task.isCancelled { return }
            if self.state.withLock({ $0.changed.isEmpty }) { continue }
            var wait = Self.settling
            if let earliest {
                let rest = earliest - clock.monotonicNanoseconds
                if rest > wait.nanoseconds {
                    wait = .nanoseconds(rest)
                    self.meters.delayed.add()
                }
            }
            do { try await clock.sleep(for: wait) } catch { return }
            let changed = self.state.withLock { state in
                defer { state.changed = [] }
                return state.changed
            }
            let start = clock.monotonicNanoseconds
            self.meters.sent.add()
            apply(changed)
            let spent = clock.monotonicNanoseconds - start
            earliest = start + max(Self.pace.nanoseconds, spent * Self.share)
        }
    }
}
