import AgentTesting
import Bytes
import Codecs
import Logging
import Patterns
import Pipeline
import Telemetry
import Testing

@testable import Scraping

@Suite struct ScrapeManagerTests {
    private struct Bench {
        let exchange: RecordingExchange
        let receiver = CollectingReceiver()
        let clock = ManualClock()
        let manager: ScrapeManager

        init(_ answer: @escaping @Sendable (HTTPRequest) -> RecordingExchange.Answer) throws {
            self.exchange = RecordingExchange(then: answer)
            self.manager = ScrapeManager(
                receivers: [self.receiver],
                exchange: self.exchange,
                names: SilentNames(),
                executor: try ThreadExecutor("scrape"),
                version: "1.2.3",
                seed: "node",
                context: ComponentContext(
                    nodeName: "node",
                    stateDirectory: "/nowhere",
                    clock: self.clock,
                    meters: Meters(),
                    logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                ),
            )
        }

        /// The names of the samples of the last scrapes, stale ones marked.
        func names(_ batch: Int) -> [String] {
            self.receiver.batches[batch].map { ($0.isStale ? "stale " : "") + $0.name }
        }

        func running(_ body: () async throws -> Void) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await self.manager.run() }
                try await body()
                group.cancelAll()
            }
        }
    }

    private static let plain = [HTTPHeader("Content-Type", "text/plain; version=0.0.4")]

    private static func job(
        _ name: String,
        _ targets: [String],
        _ change: (inout ScrapeJobOptions) -> Void = { _ in },
    ) -> ScrapeJob {
        var options = ScrapeJobOptions(name)
        options.interval = .seconds(10)
        options.staticTargets = [.init(targets)]
        change(&options)
        return ScrapeJob(options)
    }

    @Test func targetsAreScrapedOnceAnInterval() async throws {
        let bench = try Bench { _ in
            .response(status: 200, headers: Self.plain, body: "a 1\n")
        }
        bench.manager.apply([Self.job("j", ["h:1", "h:2"])])
        try await bench.running {
            #expect(await bench.clock.waitForSleepers(2))
            await bench.clock.advance(by: .seconds(10))
            #expect(await bench.receiver.waitForBatches(2))
            #expect(await bench.clock.waitForSleepers(2))
            await bench.clock.advance(by: .seconds(10))
            #expect(await bench.receiver.waitForBatches(4))
        }
        let urls = bench.exchange.sent.map(\.request.url)
        #expect(Set(urls) == ["http://h:1/metrics", "http://h:2/metrics"])
        #expect(bench.exchange.sent.count == 4)
        let request = try #require(bench.exchange.sent.first?.request)
        #expect(request.timeout == .seconds(10) && request.acceptsCompressed)
        #expect(request.headers.contains(HTTPHeader("X-Prometheus-Scrape-Timeout-Seconds", "10")))
        #expect(request.headers.contains(HTTPHeader("User-Agent", "martlet/1.2.3")))
        let statuses = bench.manager.targets()
        #expect(statuses.map(\.target.url) == ["http://h:1/metrics", "http://h:2/metrics"])
        #expect(statuses.allSatisfy { $0.health == .up && $0.counts.scraped == 1 })
        let first = bench.receiver.batches[0][0]
        #expect(first.labels["job"] == "j" && first.labels["instance"] != nil)
    }

    @Test(
        arguments: [
            (.response(status: 503), "status 200, found 503"),
            (.response(status: 200, body: "a 1\n"), "fallback_scrape_protocol"),
            (
                .response(
                    status: 200,
                    headers: [HTTPHeader("Content-Type", "text/html")],
                    body: "a 1\n",
                ), "text/html",
            ),
            (.response(status: 200, headers: plain, body: "a b\n"), "line 1"),
            (.failure(HTTPFailure(.connect, "refused")), "refused"),
            (.failure(HTTPFailure(.tooLarge, "more")), "body_size_limit"),
            (.failure(HTTPFailure(.timeout, "too slow")), "too slow"),
        ] as [(RecordingExchange.Answer, String)]
    )
    func failuresAreTold(_ answer: RecordingExchange.Answer, _ word: String) async throws {
        let bench = try Bench { _ in answer }
        bench.manager.apply([Self.job("j", ["h:1"]) { $0.limits.bodySize = 1000 }])
        try await bench.running {
            #expect(await bench.clock.waitForSleepers(1))
            await bench.clock.advance(by: .seconds(10))
            #expect(await bench.receiver.waitForBatches(1))
            #expect(await ManualClock.eventually { bench.manager.targets()[0].health == .down })
        }
        #expect(bench.manager.targets()[0].lastError.contains(word))
        #expect(bench.exchange.sent.first?.request.responseLimit == 999)
        let up = bench.receiver.batches[0].first { $0.name == "up" }
        #expect(up?.value == 0)
    }

    @Test func aMissingTypeCanBeAssumed() async throws {
        let bench = try Bench { _ in .response(status: 200, body: "a 1\n") }
        bench.manager.apply([Self.job("j", ["h:1"]) { $0.fallbackProtocol = .text0 }])
        try await bench.running {
            #expect(await bench.clock.waitForSleepers(1))
            await bench.clock.advance(by: .seconds(10))
            #expect(await bench.receiver.waitForBatches(1))
        }
        #expect(bench.names(0).contains("a"))
    }

    @Test func aReloadKeepsWhatStaysAndEndsWhatGoes() async throws {
        let bench = try Bench { _ in
            .response(status: 200, headers: Self.plain, body: "a 1\n")
        }
        bench.manager.apply([Self.job("j", ["h:1", "h:2"])])
        try await bench.running {
            #expect(await bench.clock.waitForSleepers(2))
            await bench.clock.advance(by: .seconds(10))
            #expect(await bench.receiver.waitForBatches(2))
            #expect(await bench.clock.waitForSleepers(2))
            bench.manager.apply([Self.job("j", ["h:1", "h:3"])])
            // h:1 and h:3 wait for their time, and h:2's end for its own.
            #expect(await bench.clock.waitForSleepers(3))
            await bench.clock.advance(by: .seconds(30))
            #expect(await bench.receiver.waitForBatches(8))
        }
        let added = bench.receiver.batches.filter { batch in
            batch.contains { $0.name == "scrape_series_added" && $0.value == 1 }
        }
        #expect(added.count == 3, "h:1 keeps its series")
        let ended = bench.receiver.batches.filter { $0.allSatisfy(\.isStale) }
        #expect(ended.count == 1)
        #expect(ended.first?.allSatisfy { $0.labels["instance"] == "h:2" } == true)
        #expect(
            bench.manager.targets().map(\.target.labels["instance"]) == ["h:1", "h:3"]
        )
    }

    @Test func theEndOfTheAgentIsNotTheEndOfTheSeries() async throws {
        let bench = try Bench { _ in
            .response(status: 200, headers: Self.plain, body: "a 1\n")
        }
        bench.manager.apply([Self.job("j", ["h:1"])])
        try await bench.running {
            #expect(await bench.clock.waitForSleepers(1))
            await bench.clock.advance(by: .seconds(10))
            #expect(await bench.receiver.waitForBatches(1))
        }
        #expect(bench.receiver.batches.count == 1)
    }

    @Test func theAgentsOwnExpositionsAreTargetsToo() async throws {
        struct Own: ExpositionSource {
            func exposition(into payload: Payload) async throws {
                payload.bytes.append("node_load1 0.5\n")
            }
        }
        let bench = try Bench { _ in .response(status: 500) }
        var options = ScrapeJobOptions("node-exporter")
        options.interval = .seconds(10)
        let target = InternalTarget(
            labels: ["__address__": "node-1", "node": "node-1"],
            source: Own(),
        )
        bench.manager.apply([ScrapeJob(options, internalTargets: [target])])
        try await bench.running {
            #expect(await bench.clock.waitForSleepers(1))
            await bench.clock.advance(by: .seconds(10))
            #expect(await bench.receiver.waitForBatches(1))
        }
        #expect(bench.exchange.sent.isEmpty)
        #expect(
            bench.receiver.batches[0][0].labels == [
                "__name__": "node_load1", "instance": "node-1", "job": "node-exporter",
                "node": "node-1",
            ]
        )
    }

    @Test func tooManyTargetsFailOneAndAll() async throws {
        let bench = try Bench { _ in
            .response(status: 200, headers: Self.plain, body: "a 1\n")
        }
        bench.manager.apply([Self.job("j", ["h:1", "h:2"]) { $0.limits.targets = 1 }])
        try await bench.running {
            #expect(await bench.clock.waitForSleepers(2))
            await bench.clock.advance(by: .seconds(10))
            #expect(await bench.receiver.waitForBatches(2))
            #expect(await bench.clock.waitForSleepers(2))
        }
        #expect(bench.exchange.sent.isEmpty)
        #expect(
            bench.manager.targets().map(\.lastError)
                == Array(
                    repeating: "target_limit exceeded (number of targets: 2, limit: 1)",
                    count: 2,
                )
        )
        for batch in bench.receiver.batches {
            #expect(batch.first { $0.name == "up" }?.value == 0)
        }
    }

    @Test func droppedTargetsAreCountedBeyondThoseKept() throws {
        let bench = try Bench { _ in .response(status: 500) }
        let rule = RelabelRule(
            .drop,
            sourceLabels: ["__address__"],
            pattern: try Pattern("d.*", anchored: true),
        )
        bench.manager.apply([
            Self.job("j", ["d1:1", "d2:1", "d3:1", "h:1", "a/b:1"]) { options in
                options.limits.keptDroppedTargets = 2
                options.relabeling = Relabeling([rule])
            }
        ])
        #expect(bench.manager.targets().count == 1)
        let dropped = bench.manager.droppedTargets()
        #expect(dropped.filter { $0.rule == 0 }.count == 2)
        #expect(dropped.filter { $0.rule == nil }.map(\.error).count == 1)
        #expect(dropped[0].ruleText == "drop [__address__] regex \"d.*\"")
        #expect(bench.manager.droppedCounts.map(\.count) == [3])
        #expect(bench.manager.droppedTargets(of: "k").isEmpty)
    }

    @Test func tooManyTargetsAreNone() throws {
        let bench = try Bench { _ in .response(status: 500) }
        bench.manager.apply([
            Self.job("over", ["h:1", "h:2"]) { $0.limits.targets = 1 }, Self.job("under", ["h:3"]),
        ])
        let refusals = bench.manager.targets().map { ($0.target.job, $0.refusal) }
        #expect(refusals.map(\.0) == ["over", "over", "under"])
        #expect(refusals[0].1 == "target_limit exceeded (number of targets: 2, limit: 1)")
        #expect(refusals[2].1 == nil)
    }
}
