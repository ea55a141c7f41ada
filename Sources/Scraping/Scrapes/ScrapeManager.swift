package import Kubernetes
import Logging
package import Pipeline
import Synchronization
package import Telemetry

/// Keeps a loop running for every target of the jobs it was given.
///
/// `apply` says what is to be scraped, at any time and from any task; `run` does it. A target that
/// stays as it was keeps its loop and what is remembered of its series. The series of a target that
/// is gone are ended with stale markers, unless the whole agent goes.
package final class ScrapeManager: MetadataProvider {
    private struct Wish {
        var jobs: [ScrapeJob] = []
        /// By job.
        var plans: [String: ScrapePlan] = [:]
        var states: [ScrapeTarget.Identity: TargetState] = [:]
        /// Whether it was said that every agent scrapes the same.
        var isToldOfCopies = false
        /// When scraping began, in monotonic nanoseconds.
        var startedAt: Int64?
    }

    /// Targets that are found so soon after the start were there before it.
    private static let settlingTime = Duration.seconds(15)

    private struct Running {
        let entry: ScrapePlan.Entry
        let source: UInt64
        let task: Task<Void, Never>
    }

    /// What reads bodies and knows the targets' metadata.
    package let ingester: ScrapeIngester
    private let exchange: any HTTPExchange
    private let context: ComponentContext
    private let version: String
    private let seed: UInt64
    private let isOnNode: Bool
    private let membership: AgentMembership?
    private let pool = PayloadPool()
    private let bell = Doorbell()
    private let discovery: DiscoveryDriver
    private let poolMeters: ScrapePoolMeters
    private let meters = Mutex<[String: ScrapeMeters]>([:])
    private let wish = Mutex(Wish())
    /// Held while plans are made, so that what is newer is never replaced by what is older.
    private let planning = Mutex(())

    /// Makes a manager without targets.
    ///
    /// - Parameters:
    ///   - receivers: Where samples go.
    ///   - exchange: What sends requests.
    ///   - names: What asks name servers.
    ///   - executor: The thread that bodies are read on.
    ///   - version: The agent's version, for the user agent field.
    ///   - seed: What tells this host's pace from others', such as its name and external labels.
    ///   - cluster: What there is of a cluster.
    ///   - membership: Who the other agents are; nil when there are none.
    ///   - context: Clock, meters and log.
    package init(
        receivers: [any SampleReceiver],
        exchange: any HTTPExchange,
        names: any NameExchange,
        executor: ThreadExecutor,
        version: String,
        seed: String,
        cluster: DiscoveryCluster = .none,
        membership: AgentMembership? = nil,
        context: ComponentContext,
    ) {
        self.ingester = ScrapeIngester(
            receivers: receivers,
            clock: context.clock,
            executor: executor,
        )
        self.exchange = exchange
        self.context = context
        self.version = version
        self.seed = FNV1a.hash(seed)
        self.isOnNode = cluster.isOnNode
        self.membership = membership
        self.discovery = DiscoveryDriver(
            exchange,
            names,
            version: version,
            cluster: cluster,
            context,
        )
        self.poolMeters = ScrapePoolMeters(context.meters)
    }

    /// Replaces the jobs.
    package func apply(_ jobs: [ScrapeJob]) {
        self.planning.withLock { _ in
            let before = self.wish.withLock { wish in
                defer { wish.jobs = jobs }
                return wish.jobs
            }
            self.poolMeters.note(jobs, before: before)
            self.discovery.want(jobs)
            self.plan(jobs)
        }
    }

    /// Makes the plans of `jobs` anew and forgets those of jobs that are gone.
    private func plan(_ jobs: [ScrapeJob]) {
        var plans: [String: ScrapePlan] = [:]
        let owners = self.owners
        for job in jobs {
            let name = job.options.jobName
            let start = self.context.clock.monotonicNanoseconds
            let plan = ScrapePlan(job, found: self.discovery.groups(of: name), owners: owners)
            plans[name] = plan
            let spent = self.context.clock.monotonicNanoseconds - start
            self.poolMeters.noteSync(name, plan, seconds: Double(spent) * 1e-9)
            self.report(plan, of: name)
        }
        let isShared = self.wish.withLock { wish in
            var states: [ScrapeTarget.Identity: TargetState] = [:]
            var all: [String: ScrapePlan] = [:]
            for job in wish.jobs {
                let name = job.options.jobName
                guard let plan = plans[name] ?? wish.plans[name] else { continue }
                all[name] = plan
                for (identity, entry) in plan.entries {
                    let state = wish.states[identity] ?? TargetState(entry.target)
                    state.update { status in
                        status.target = entry.target
                        status.refusal = plan.refusal
                    }
                    states[identity] = state
                }
            }
            wish.plans = all
            wish.states = states
            self.poolMeters.set(all, states)
            return all.values.contains { $0.sharedCount > 0 }
        }
        self.membership?.need(isShared)
        if isShared { self.warnOfCopies() }
        self.bell.ring()
    }

    /// Who there is now to scrape.
    private var owners: TargetOwners {
        var division = TargetOwners.Division.alone
        if let membership { division = membership.division.map { .among($0) } ?? .unknown }
        return TargetOwners(
            node: self.context.nodeName,
            isOnNode: self.isOnNode,
            division: division,
        )
    }

    /// Says once that targets of no node are scraped by each node's agent.
    private func warnOfCopies() {
        if !self.isOnNode || self.membership != nil { return }
        let isTold = self.wish.withLock { wish in
            defer { wish.isToldOfCopies = true }
            return wish.isToldOfCopies
        }
        if isTold { return }
        self.context.logger.warning(
            "targets of no node are scraped by the agent of every node",
            metadata: [
                "remedy": "name the agents' Service in kubernetes.agents, so that they are divided"
            ],
        )
    }

    /// Other agents came or went: makes the plans anew of jobs that share targets with them.
    private func divide() {
        self.planning.withLock { _ in
            let jobs = self.wish.withLock { wish in
                wish.jobs.filter { (wish.plans[$0.options.jobName]?.sharedCount ?? 0) > 0 }
            }
            self.plan(jobs)
        }
    }

    private func report(_ plan: ScrapePlan, of job: String) {
        if let refusal = plan.refusal {
            self.context.logger.error(
                "no target of a job is scraped",
                metadata: ["job": "\(job)", "reason": "\(refusal)"],
            )
        }
        for target in plan.dropped where target.rule == nil {
            self.context.logger.error(
                "a target can't be scraped",
                metadata: ["job": "\(job)", "reason": "\(target.error)"],
            )
        }
    }

    /// Every target with its state, sorted by job and URL; of one job only if it is named.
    package func targets(of job: String? = nil) -> [TargetStatus] {
        let states = self.wish.withLock { wish in
            wish.states.filter { job == nil || $0.key.job == job }.map(\.value)
        }
        return states.map(\.current).sorted {
            ($0.target.job, $0.target.url) < ($1.target.job, $1.target.url)
        }
    }

    /// Targets that relabeling dropped, or that can't be scraped; of one job only if it is named.
    package func droppedTargets(of job: String? = nil) -> [DroppedTarget] {
        let plans = self.wish.withLock { $0.plans }
        return plans.filter { job == nil || $0.key == job }.sorted { $0.key < $1.key }
            .flatMap(\.value.dropped)
    }

    /// How many targets rules dropped, by job; those that are not shown among them.
    package var droppedCounts: [(job: String, count: Int)] {
        self.wish.withLock { $0.plans }.sorted { $0.key < $1.key }
            .map { (job: $0.key, count: $0.value.droppedCount) }
    }

    /// Targets that other agents scrape, as far as they are kept; of one job only if it is named.
    package func elsewhereTargets(of job: String? = nil) -> [ElsewhereTarget] {
        let plans = self.wish.withLock { $0.plans }
        return plans.filter { job == nil || $0.key == job }.sorted { $0.key < $1.key }
            .flatMap(\.value.elsewhere)
    }

    /// How many targets other agents scrape, by job; those that are not shown among them.
    package var elsewhereCounts: [(job: String, count: Int)] {
        self.wish.withLock { $0.plans }.sorted { $0.key < $1.key }
            .map { (job: $0.key, count: $0.value.elsewhereCount) }
    }

    /// Why targets of no node are not scraped here, if that needs a look.
    package var membershipTrouble: String? { self.membership?.trouble }

    /// Lookups of targets that fail now.
    package var discoveryTroubles: [DiscoveryTrouble] { self.discovery.meters.troubles }

    /// The jobs' names, sorted.
    package var jobNames: [String] { self.wish.withLock { Array($0.plans.keys) }.sorted() }

    package func metadata() async -> [MetricMetadata] { await self.ingester.metadata() }

    /// Scrapes until the task is cancelled; returns when no scrape is under way any more.
    package func run() async {
        let attachment = self.context.meters.attach(self.poolMeters)
        defer { self.context.meters.detach(attachment) }
        let start = self.context.clock.monotonicNanoseconds
        self.wish.withLock { $0.startedAt = start }
        var running: [ScrapeTarget.Identity: Running] = [:]
        await withDiscardingTaskGroup { group in
            group.addTask { await self.discovery.run { self.found($0) } }
            if let membership { group.addTask { await membership.run { self.divide() } } }
            while !Task.isCancelled {
                let (plans, states) = self.wish.withLock { ($0.plans, $0.states) }
                for (identity, loop) in running {
                    let wanted = plans[identity.job]?.entries[identity]
                    if let wanted, loop.entry.isServed(asWell: wanted) { continue }
                    running[identity] = nil
                    loop.task.cancel()
                    let isReplaced = wanted != nil
                    group.addTask { await self.end(loop.task, loop, isReplaced: isReplaced) }
                }
                for plan in plans.values {
                    for (identity, entry) in plan.entries where running[identity] == nil {
                        guard let state = states[identity] else { continue }
                        let isNews = plan.isDiscovering && self.isSettled
                        running[identity] = await self.start(entry, state, isNews: isNews)
                    }
                }
                await self.bell.wait()
            }
            for loop in running.values { loop.task.cancel() }
            for loop in running.values { await loop.task.value }
            group.cancelAll()
        }
    }

    /// Discovery found something new of these jobs.
    private func found(_ names: Set<String>) {
        self.planning.withLock { _ in
            let jobs = self.wish.withLock { $0.jobs }
            self.plan(jobs.filter { names.contains($0.options.jobName) })
        }
    }

    private func start(
        _ entry: ScrapePlan.Entry,
        _ state: TargetState,
        isNews: Bool,
    ) async -> Running {
        var rules = entry.job.series
        rules.targetLabels = entry.target.labels
        rules.histograms = entry.target.histograms
        let identity = entry.target.hash
        let source = await self.ingester.add(
            rules,
            identity: identity,
            timeout: entry.target.timeout,
        )
        state.update { $0.source = source }
        let fetcher =
            entry.source.map { TargetFetcher($0, entry.job) }
            ?? TargetFetcher(
                entry.target,
                entry.job,
                exchange: self.exchange,
                version: self.version,
            )
        var logger = self.context.logger
        logger[metadataKey: "job"] = "\(entry.target.job)"
        let loop = ScrapeLoop(
            target: entry.target,
            source: source,
            phase: identity ^ self.seed,
            isNews: isNews,
            fetcher: fetcher,
            ingester: self.ingester,
            state: state,
            pool: self.pool,
            meters: self.meters(of: entry.target.job),
            intervals: self.poolMeters.intervalLength(entry.target.interval),
            clock: self.context.clock,
            logger: logger,
        )
        // A loop ends by itself, long before the group does: `run` holds its handle and awaits it.
        return Running(entry: entry, source: source, task: Task { await loop.run() })
    }

    /// Whether a target that comes up now was not there when the agent started.
    private var isSettled: Bool {
        guard let start = self.wish.withLock({ $0.startedAt }) else { return false }
        return self.context.clock.monotonicNanoseconds - start >= Self.settlingTime.nanoseconds
    }

    private func meters(of job: String) -> ScrapeMeters {
        self.meters.withLock { known in
            if let meters = known[job] { return meters }
            let meters = ScrapeMeters(self.context.meters, job: job)
            known[job] = meters
            return meters
        }
    }

    /// Waits for a loop's end, and then for as long as another scraper might need to go on with the
    /// same series, before it ends them.
    private func end(_ task: Task<Void, Never>, _ loop: Running, isReplaced: Bool) async {
        await task.value
        if isReplaced {
            await self.ingester.remove(loop.source)
            return
        }
        let timestamp = self.context.clock.wallNanoseconds + loop.entry.target.interval.nanoseconds
        do throws(CancellationError) {
            try await self.context.clock.sleep(for: loop.entry.target.interval * 2.2)
        } catch {
            return
        }
        await self.ingester.expire(loop.source, timestamp: timestamp / 1_000_000)
    }
}
