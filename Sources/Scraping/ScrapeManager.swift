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
        var plan = ScrapePlan()
        var states: [ScrapeTarget.Identity: TargetState] = [:]
    }

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
    private let pool = PayloadPool()
    private let bell = Doorbell()
    private let wish = Mutex(Wish())

    /// Makes a manager without targets.
    ///
    /// - Parameters:
    ///   - receivers: Where samples go.
    ///   - exchange: What sends requests.
    ///   - executor: The thread that bodies are read on.
    ///   - version: The agent's version, for the user agent field.
    ///   - seed: What tells this host's pace from others', such as its name and external labels.
    ///   - context: Clock, meters and log.
    package init(
        receivers: [any SampleReceiver],
        exchange: any HTTPExchange,
        executor: ThreadExecutor,
        version: String,
        seed: String,
        context: ComponentContext,
    ) {
        self.ingester = ScrapeIngester(
            receivers: receivers,
            clock: context.clock,
            meters: context.meters,
            executor: executor,
        )
        self.exchange = exchange
        self.context = context
        self.version = version
        self.seed = FNV1a.hash(seed)
    }

    /// Replaces the jobs.
    package func apply(_ jobs: [ScrapeJob]) {
        let plan = ScrapePlan(jobs)
        for job in plan.overLimit {
            self.context.logger.error(
                "none of a job's targets is scraped: there are more than its target_limit",
                metadata: ["job": "\(job)"],
            )
        }
        for target in plan.dropped where !target.error.isEmpty {
            self.context.logger.error(
                "a target can't be scraped",
                metadata: ["job": "\(target.job)", "reason": "\(target.error)"],
            )
        }
        for (job, count) in plan.counts {
            self.context.meters.gauge(
                "prometheus_target_scrape_pool_targets",
                "Targets of a job.",
                [MeterLabel("scrape_job", job)],
            ).set(Double(count))
        }
        self.wish.withLock { wish in
            var states: [ScrapeTarget.Identity: TargetState] = [:]
            for (identity, entry) in plan.entries {
                let known = wish.states[identity]
                known?.update { $0.target = entry.target }
                states[identity] = known ?? TargetState(entry.target)
            }
            wish = Wish(plan: plan, states: states)
        }
        self.bell.ring()
    }

    /// Every target with its state, sorted by job and URL.
    package func targets() -> [TargetStatus] {
        self.wish.withLock { $0.states.values.map(\.current) }.sorted {
            ($0.target.job, $0.target.url) < ($1.target.job, $1.target.url)
        }
    }

    /// Targets that relabeling dropped, or that can't be scraped.
    package func droppedTargets() -> [DroppedTarget] {
        self.wish.withLock { $0.plan.dropped }
    }

    package func metadata() async -> [MetricMetadata] { await self.ingester.metadata() }

    /// Scrapes until the task is cancelled; returns when no scrape is under way any more.
    package func run() async {
        var running: [ScrapeTarget.Identity: Running] = [:]
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let (plan, states) = self.wish.withLock { ($0.plan, $0.states) }
                for (identity, loop) in running {
                    let wanted = plan.entries[identity]
                    if let wanted, loop.entry.isServed(asWell: wanted) { continue }
                    running[identity] = nil
                    loop.task.cancel()
                    let isReplaced = wanted != nil
                    group.addTask { await self.end(loop.task, loop, isReplaced: isReplaced) }
                }
                for (identity, entry) in plan.entries where running[identity] == nil {
                    guard let state = states[identity] else { continue }
                    running[identity] = await self.start(entry, state)
                }
                await self.bell.wait()
            }
            for loop in running.values { loop.task.cancel() }
            for loop in running.values { await loop.task.value }
            group.cancelAll()
        }
    }

    private func start(_ entry: ScrapePlan.Entry, _ state: TargetState) async -> Running {
        var rules = entry.job.series
        rules.targetLabels = entry.target.labels
        rules.histograms = entry.target.histograms
        let identity = entry.target.hash
        let source = await self.ingester.add(
            rules,
            identity: identity,
            timeout: entry.target.timeout,
        )
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
            fetcher: fetcher,
            ingester: self.ingester,
            state: state,
            pool: self.pool,
            meters: ScrapeMeters(self.context.meters, job: entry.target.job),
            clock: self.context.clock,
            logger: logger,
        )
        // A loop ends by itself, long before the group does: `run` holds its handle and awaits it.
        return Running(entry: entry, source: source, task: Task { await loop.run() })
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
