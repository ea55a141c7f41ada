import AgentTesting
import Pipeline
import Telemetry
import Testing

@testable import Scraping

@Suite struct StalenessTests {
    @Test func aFailedScrapeEndsEverySeriesOnce() async throws {
        let bench = try await ScrapeBench()
        await bench.scrape("a 1\nb 2\n", at: 1000)
        await bench.fail(at: 2000)
        #expect(bench.last.sorted() == ["a stale", "b stale"])
        #expect(bench.receiver.batches[1].allSatisfy { $0.time == 2000 })
        #expect(bench.lastReport["up"] == 0)
        await bench.fail(at: 3000)
        #expect(bench.last.isEmpty)
        await bench.scrape("a 1\nb 2\n", at: 4000)
        #expect(bench.last == ["a 1.0", "b 2.0"])
        await bench.scrape("a 1\n", at: 5000)
        #expect(bench.last == ["a 1.0", "b stale"])
    }

    @Test func seriesThatAppearInAFailedBodyGetNoMarker() async throws {
        let bench = try await ScrapeBench()
        await bench.scrape("a 1\n", at: 1000)
        await bench.scrape("a 1\nnew 2\nbroken\n", at: 2000)
        #expect(bench.last == ["a stale"])
        await bench.scrape("new 2\n", at: 3000)
        #expect(bench.last == ["new 2.0"])
    }

    @Test func aTargetThatIsGoneEndsAllOfIt() async throws {
        let bench = try await ScrapeBench()
        await bench.scrape("a 1\n", at: 1000)
        await bench.ingester.expire(bench.source, timestamp: 9000)
        let last = try #require(bench.receiver.batches.last)
        #expect(last.allSatisfy { $0.isStale && $0.time == 9000 })
        #expect(
            Set(last.map(\.name)) == [
                "a", "up", "scrape_duration_seconds", "scrape_samples_scraped",
                "scrape_samples_post_metric_relabeling", "scrape_series_added",
            ]
        )
        #expect(bench.receiver.forgotten == [bench.source])
        // It is unknown from here on.
        await bench.scrape("a 1\n", at: 10_000)
        #expect(bench.receiver.batches.count == 2)
    }

    @Test func syntheticSeriesTellTheScrape() async throws {
        let bench = try await ScrapeBench {
            $0.extraScrapeMetrics = true
            $0.sampleLimit = 50
            $0.targetLabels = ["job": "j", "instance": "i"]
        }
        await bench.clock.advance(by: .milliseconds(1500))
        await bench.scrape("a 1\nb 2\n")
        let report = bench.lastReport
        #expect(report["up"] == 1)
        // The clock began at one second.
        #expect(report["scrape_duration_seconds"] == 2.5)
        #expect(report["scrape_samples_scraped"] == 2)
        #expect(report["scrape_samples_post_metric_relabeling"] == 2)
        #expect(report["scrape_series_added"] == 2)
        #expect(report["scrape_timeout_seconds"] == 10)
        #expect(report["scrape_sample_limit"] == 50)
        #expect(report["scrape_body_size_bytes"] == 8)
        #expect(bench.receiver.batches[0].allSatisfy { $0.labels["instance"] == "i" })
    }

    @Test func aBodyOverItsLimitIsMarked() async throws {
        let bench = try await ScrapeBench { $0.extraScrapeMetrics = true }
        _ = await bench.ingester.ingest(
            ScrapeIngester.Arrival(
                timestamp: 1,
                start: 0,
                body: .failure(ScrapeFailure(.bodySize, "too large")),
            ),
            for: bench.source,
        )
        #expect(bench.lastReport["scrape_body_size_bytes"] == -1)
        await bench.fail()
        #expect(bench.lastReport["scrape_body_size_bytes"] == 0)
    }
}
