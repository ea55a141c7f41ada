import AgentTesting
import Codecs
import Pipeline
import Telemetry
import Testing

@testable import Scraping

/// Bodies above a piece, from the answer to the receivers.
@Suite struct LargeBodyTests {
    private static let lines = 1300
    private static let padding = String(repeating: "x", count: 1000)

    /// More than a piece.
    private static func body(_ value: Int, lines: Int = Self.lines) -> String {
        var body = ""
        body.reserveCapacity(lines * 1100)
        for line in 0..<lines { body += "m{n=\"\(line)\",p=\"\(Self.padding)\"} \(value)\n" }
        return body
    }

    private static let plain = [HTTPHeader("Content-Type", "text/plain; version=0.0.4")]

    private struct Bench {
        let exchange: RecordingExchange
        let receiver = CollectingReceiver()
        let ingester: ScrapeIngester
        let source: UInt64
        let job: ScrapeJobOptions

        init(
            _ answers: [RecordingExchange.Answer],
            _ change: (inout ScrapeJobOptions) -> Void = { _ in },
        ) async throws {
            self.exchange = RecordingExchange(answers)
            var job = ScrapeJobOptions("j")
            change(&job)
            job.applyLimits()
            self.job = job
            self.ingester = ScrapeIngester(
                receivers: [self.receiver],
                clock: ManualClock(),
                executor: try ThreadExecutor("scrape"),
            )
            self.source = await self.ingester.add(
                job.series,
                identity: 0,
                timeout: .seconds(10),
            )
        }

        /// Scrapes as a target's loop does.
        func scrape(at time: Int64) async -> ScrapeIngester.Report {
            var builder = TargetBuilder(self.job)
            guard case .target(let target) = builder.build(["__address__": "h:1"]) else {
                return ScrapeIngester.Report()
            }
            let fetcher = TargetFetcher(
                target,
                self.job,
                exchange: self.exchange,
                version: "test",
            )
            let taker = PieceTaker(self.ingester, source: self.source, timestamp: time)
            defer { taker.end() }
            let body = await fetcher.fetch(into: Payload(), taker)
            return await self.ingester.ingest(
                ScrapeIngester.Arrival(timestamp: time, start: 0, body: body),
                for: self.source,
            )
        }

        var lastCount: Int {
            (self.receiver.batches.last ?? []).count { $0.name == "m" && !$0.isStale }
        }
        var lastStaleCount: Int {
            (self.receiver.batches.last ?? []).count { $0.name == "m" && $0.isStale }
        }
    }

    @Test func aLargeBodyIsOneBatch() async throws {
        let bench = try await Bench([
            .response(status: 200, headers: Self.plain, body: Self.body(1)),
            .response(status: 200, headers: Self.plain, body: Self.body(2)),
        ])
        for time: Int64 in [1000, 2000] {
            let report = await bench.scrape(at: time)
            #expect(report.failure == nil && report.counts.kept == Self.lines)
            #expect(report.bodySize == Self.body(1).utf8.count)
            #expect(bench.receiver.batches.count == Int(time / 1000))
            #expect(bench.lastCount == Self.lines && bench.lastStaleCount == 0)
            #expect(bench.receiver.batches.last?.first?.value == Double(time / 1000))
        }
    }

    /// Whatever goes wrong at the end, nothing of the body is delivered and all is marked as gone.
    @Test(
        arguments: [
            (
                .response(status: 200, headers: plain, body: body(2) + "m x\n"), .parse,
                "line 1301: expected a value",
            ),
            (
                .broken(HTTPFailure(.cut, "it was cut"), headers: plain, body: body(2)),
                .connection, "it was cut",
            ),
            (
                .broken(HTTPFailure(.timeout, "too slow"), headers: plain, body: body(2)), .timeout,
                "too slow",
            ),
            (
                .response(status: 200, headers: plain, body: body(2, lines: 2500)), .bodySize,
                "body_size_limit",
            ),
            (
                .response(status: 200, headers: plain, body: body(2, lines: 1351)), .sampleLimit,
                "found 1351",
            ),
            (.response(status: 500, headers: plain, body: body(2)), .status, "status 200"),
            (.response(status: 200, body: body(2)), .contentType, "fallback_scrape_protocol"),
        ] as [(RecordingExchange.Answer, ScrapeFailure.Reason, String)]
    )
    func nothingOfABadBodyIsDelivered(
        _ answer: RecordingExchange.Answer,
        _ reason: ScrapeFailure.Reason,
        _ word: String,
    ) async throws {
        let good = RecordingExchange.Answer.response(
            status: 200,
            headers: Self.plain,
            body: Self.body(1),
        )
        let bench = try await Bench([good, answer, good]) {
            $0.limits.bodySize = 2 << 20
            $0.limits.samples = 1350
        }
        #expect(await bench.scrape(at: 1000).failure == nil)
        let report = await bench.scrape(at: 2000)
        #expect(report.failure?.reason == reason)
        #expect(report.failure?.message.contains(word) == true, "\(report)")
        #expect(bench.lastCount == 0 && bench.lastStaleCount == Self.lines)
        let up = bench.receiver.batches[1].first { $0.name == "up" }
        #expect(up?.value == 0 && up?.time == 2000)
        // The next good one is as if nothing had been.
        #expect(await bench.scrape(at: 3000).failure == nil)
        #expect(bench.lastCount == Self.lines && bench.lastStaleCount == 0)
        let added = bench.receiver.batches[2].first { $0.name == "scrape_series_added" }
        #expect(added?.value == 0)
    }

    @Test func openMetricsIsReadInPieces() async throws {
        let type = [HTTPHeader("Content-Type", "application/openmetrics-text")]
        let bench = try await Bench([
            .response(status: 200, headers: type, body: Self.body(1) + "# EOF\n"),
            .response(status: 200, headers: type, body: Self.body(1)),
        ])
        #expect(await bench.scrape(at: 1000).failure == nil)
        #expect(bench.lastCount == Self.lines)
        let report = await bench.scrape(at: 2000)
        #expect(report.failure?.message.contains("# EOF") == true)
        #expect(bench.lastCount == 0 && bench.lastStaleCount == Self.lines)
    }

    @Test func onlySoManyAreReadAtATime() async throws {
        let turnstile = Turnstile(limit: 2)
        #expect(await turnstile.enter())
        #expect(await turnstile.enter())
        let third = Task { await turnstile.enter() }
        let fourth = Task { await turnstile.enter() }
        await ManualClock.letOthersRun()
        fourth.cancel()
        #expect(await fourth.value == false)
        turnstile.leave()
        #expect(await third.value)
        // Who was cancelled before it came does not wait.
        let late = Task {
            while !Task.isCancelled { await ManualClock.letOthersRun() }
            return await turnstile.enter()
        }
        late.cancel()
        #expect(await late.value == false)
        turnstile.leave()
        #expect(await turnstile.enter())
    }

    /// A target that goes while its body is being read leaves nothing behind.
    @Test func aTargetMayGoInTheMiddle() async throws {
        let bench = try await Bench([])
        let piece = ScrapeBody(Payload("a 1\nb 2\n"), .text)
        #expect(await bench.ingester.take(piece, at: 1000, for: bench.source))
        await bench.ingester.abandon(bench.source)
        await bench.ingester.expire(bench.source, timestamp: 2000)
        let last = try #require(bench.receiver.batches.last)
        #expect(last.allSatisfy { $0.isStale && $0.name != "a" })
        #expect(await bench.ingester.take(piece, at: 3000, for: bench.source) == false)
    }
}
