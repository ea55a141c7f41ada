import AgentTesting
import Bytes
import Codecs
import Pipeline
import RandomTesting
import Telemetry
import Testing

@testable import Scraping

@Suite struct SeriesLimitTests {
    private struct Bench {
        let receiver = CollectingReceiver()
        let clock = ManualClock()
        let ingester: ScrapeIngester
        let source: UInt64

        init(limit: Int) async throws {
            self.ingester = ScrapeIngester(
                receivers: [self.receiver],
                clock: self.clock,
                executor: try ThreadExecutor("scrape"),
            )
            var rules = SeriesRules()
            rules.targetLabels = ["instance": "i"]
            rules.seriesLimit = limit
            self.source = await self.ingester.add(rules, identity: 0, timeout: .seconds(1))
        }

        /// Reads a body of the series `s{n="…"}` and says which were stored, stale ones by a minus.
        func scrape(
            _ numbers: some Sequence<Int>,
            at seconds: Int64,
        ) async -> (names: Set<String>, report: ScrapeIngester.Report) {
            let payload = Payload(numbers.map { "s{n=\"\($0)\"} 1\n" }.joined())
            let before = self.receiver.batches.count
            let report = await self.ingester.ingest(
                ScrapeIngester.Arrival(
                    timestamp: 1_700_000_000_000 + seconds * 1000,
                    start: self.clock.monotonicNanoseconds,
                    body: .success(ScrapeBody(payload, .text)),
                ),
                for: self.source,
            )
            let stored = self.receiver.batches.dropFirst(before).joined().filter { $0.name == "s" }
            return (Set(stored.map { ($0.isStale ? "-" : "") + ($0.labels["n"] ?? "") }), report)
        }
    }

    @Test func seriesBeyondTheLimitAreLeftOutAndCounted() async throws {
        let bench = try await Bench(limit: 3)
        var (names, report) = await bench.scrape(1...5, at: 0)
        #expect(names == ["1", "2", "3"])
        #expect(report.failure == nil && report.counts.limited == 2 && report.windowSeries == 3)
        #expect(report.counts.scraped == 5 && report.counts.kept == 3)
        (names, report) = await bench.scrape(1...5, at: 15)
        #expect(names == ["1", "2", "3"] && report.counts.limited == 2)
        // Series that are gone go on counting for the rest of the day.
        (names, report) = await bench.scrape(3...6, at: 30)
        #expect(names == ["-1", "-2", "3"] && report.counts.limited == 3)
        (names, report) = await bench.scrape([1, 2, 7], at: 45)
        #expect(names == ["1", "2", "-3"] && report.counts.limited == 1)
    }

    @Test func aNewDayBeginsWithWhatIsAlive() async throws {
        let bench = try await Bench(limit: 3)
        _ = await bench.scrape(1...3, at: 0)
        _ = await bench.scrape([3, 4, 5], at: 60)
        let day = SeriesLimiter.window / 1000
        var (names, report) = await bench.scrape([3, 4, 5, 6], at: day - 1)
        #expect(names == ["3"] && report.counts.limited == 3)
        (names, report) = await bench.scrape([3, 4, 5, 6], at: day)
        #expect(names == ["3", "4", "5"] && report.counts.limited == 1)
        #expect(report.windowSeries == 3)
        // The clock is set back: counting begins anew, and nothing is lost by it.
        (names, report) = await bench.scrape([3, 4, 5, 6], at: -7200)
        #expect(names == ["3", "4", "5"] && report.counts.limited == 1)
    }

    @Test func rebuiltTablesKeepTheCount() async throws {
        let bench = try await Bench(limit: 10)
        _ = await bench.scrape(0..<10, at: 0)
        for round in 1..<8 {
            // New lines each time, so that the tables are rebuilt several times.
            let (names, report) = await bench.scrape(
                [Array(0..<5), Array(round * 1000..<round * 1000 + 900)].joined(),
                at: Int64(round),
            )
            let stored = Set(names.filter { !$0.hasPrefix("-") })
            #expect(stored == ["0", "1", "2", "3", "4"])
            #expect(report.counts.limited == 900 && report.windowSeries == 10)
        }
    }

    @Test func withoutALimitNothingIsCounted() async throws {
        let bench = try await Bench(limit: 0)
        let (names, report) = await bench.scrape(0..<100, at: 0)
        #expect(names.count == 100 && report.counts.limited == 0 && report.windowSeries == 0)
    }

    @Test func theTableHoldsWhatASetHolds() {
        var limiter = SeriesLimiter(limit: 5000)
        var known: Set<UInt64> = []
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let hash = UInt64.random(in: 0..<8000, using: &generator) &* 0x9e37_79b9_7f4a_7c15
            let isKnown = known.contains(max(hash, 1))
            #expect(limiter.admits(hash) == (isKnown || known.count < 5000))
            if known.count < 5000 { known.insert(max(hash, 1)) }
        }
        #expect(limiter.count == known.count)
        #expect(limiter.footprint <= 5000 * 22)
    }

    @Test func labelsThatMakeSeriesAreCountedOnRequest() async throws {
        let bench = try await Bench(limit: 0)
        _ = await bench.scrape(0..<9, at: 0)
        _ = await bench.scrape(0..<7, at: 15)
        let found = await bench.ingester.count(bench.source, on: Cardinality())
        #expect(found.series == 7 && found.isComplete)
        #expect(
            found.labelsByValues(2) == [
                .init(name: "n", values: 7, series: 7),
                .init(name: "__name__", values: 1, series: 7),
            ]
        )
        #expect(found.labelsBySeries(9).map(\.name) == ["__name__", "instance", "n"])
        #expect(found.metricsBySeries(3).map(\.name) == ["s"])
        let twice = await bench.ingester.count(bench.source, on: found)
        #expect(twice.series == 14)
        #expect(twice.labelsByValues(1) == [.init(name: "n", values: 7, series: 14)])
    }
}
