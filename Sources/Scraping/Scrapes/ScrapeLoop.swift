import Logging
import Pipeline

/// Scrapes one target at its times, for as long as its task lives.
struct ScrapeLoop: Sendable {
    let target: ScrapeTarget
    let source: UInt64
    let phase: UInt64
    /// Scrapes once at nearly once, for a target that came up while the agent runs: its time in the
    /// interval may be a minute away, and a short-lived pod's end may not.
    let isNews: Bool
    let fetcher: TargetFetcher
    let ingester: ScrapeIngester
    let state: TargetState
    let pool: PayloadPool
    let meters: ScrapeMeters
    let intervals: Summary
    let clock: any AgentClock
    let logger: Logger

    /// The spread of first scrapes of targets that came up together.
    private static let newsSpread: UInt64 = 1_000_000_000
    /// Targets that are scraped as often anyhow have no scrape besides.
    private static let newsInterval = Duration.seconds(2)

    func run() async {
        if self.isNews, self.target.interval > Self.newsInterval {
            let delay = Duration.nanoseconds(Int64(self.phase % Self.newsSpread))
            do throws(CancellationError) { try await self.clock.sleep(for: delay) } catch { return }
            let now = self.clock.wallNanoseconds
            let interval = self.target.interval.nanoseconds
            await self.scrape(ScrapeSchedule(interval: interval, startingAt: now))
        }
        var schedule = ScrapeSchedule(
            interval: self.target.interval.nanoseconds,
            phase: self.phase,
            now: self.clock.wallNanoseconds,
        )
        while true {
            let wait = schedule.next - self.clock.wallNanoseconds
            do throws(CancellationError) {
                if wait > 0 { try await self.clock.sleep(for: .nanoseconds(wait)) }
            } catch {
                return
            }
            if Task.isCancelled { return }
            await self.scrape(schedule)
            let ideal = schedule.next
            schedule.advance(after: self.clock.wallNanoseconds)
            let steps = (schedule.next - ideal) / schedule.interval
            if steps > 1 { self.meters.missed.add(Int(steps) - 1) }
        }
    }

    private func scrape(_ schedule: ScrapeSchedule) async {
        let wall = self.clock.wallNanoseconds
        let start = self.clock.monotonicNanoseconds
        let lag = Duration.nanoseconds(max(wall - schedule.next, 0))
        self.meters.lateness.observe(lag.seconds)
        let last = self.state.current
        if last.lastScrape > 0 {
            self.intervals.observe(Double(wall - last.lastScrape) * 1e-9)
        }
        let payload = self.pool.take()
        let timestamp = schedule.timestamp(startingAt: wall) / 1_000_000
        let taker = PieceTaker(self.ingester, source: self.source, timestamp: timestamp)
        defer { taker.end() }
        let body: Result<ScrapeBody, ScrapeFailure>
        if let refusal = last.refusal {
            body = .failure(ScrapeFailure(.targetLimit, refusal))
        } else {
            body = await self.fetcher.fetch(into: payload, taker)
        }
        // The agent is going down or the target is gone: not the target's failure.
        if Task.isCancelled, case .failure = body {
            await self.ingester.abandon(self.source)
            return
        }
        let report = await self.ingester.ingest(
            ScrapeIngester.Arrival(
                timestamp: timestamp,
                start: start,
                body: body,
            ),
            for: self.source,
        )
        self.pool.give((try? body.get())?.payload ?? payload)
        self.meters.count(report)
        self.note(report, wall, lag)
    }

    private func note(_ report: ScrapeIngester.Report, _ wall: Int64, _ lag: Duration) {
        let isFailed = report.failure != nil
        var wasFailed = false
        self.state.update { status in
            wasFailed = status.health == .down
            status.health = isFailed ? .down : .up
            status.lastError = report.failure?.message ?? ""
            status.lastScrape = wall
            status.lastDuration = report.duration
            status.lag = lag
            status.counts = report.counts
            status.bodySize = report.bodySize
            status.footprint = report.footprint
            status.cpu = report.cpu
            status.totalCPU += report.cpu
            status.families = report.families
            status.familyBytes = report.familyBytes
            status.windowSeries = report.windowSeries
        }
        if isFailed == wasFailed { return }
        if let failure = report.failure {
            self.logger.warning(
                "the scrape of a target fails",
                metadata: ["url": "\(self.target.url)", "reason": "\(failure.message)"],
            )
        } else {
            self.logger.notice(
                "the scrape of a target succeeds again",
                metadata: ["url": "\(self.target.url)"],
            )
        }
    }
}
