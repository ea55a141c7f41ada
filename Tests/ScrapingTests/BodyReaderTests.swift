import AgentTesting
import Pipeline
import Telemetry
import RandomTesting
import Testing

@testable import Scraping

@Suite struct BodyReaderTests {
    @Test func readsTheSameBodyAgain() async throws {
        let bench = try await ScrapeBench()
        let body = "# TYPE a counter\na{x=\"1\"} 1\na{x=\"2\"} 2\nb 3\n"
        let first = await bench.scrape(body)
        #expect(first.counts.scraped == 3 && first.counts.kept == 3 && first.counts.added == 3)
        let expected = [#"a{x="1"} 1.0"#, #"a{x="2"} 2.0"#, "b 3.0"]
        #expect(bench.last == expected)
        let second = await bench.scrape(body, at: 2000)
        #expect(second.counts.added == 0)
        #expect(bench.last == expected)
        #expect(bench.receiver.batches[1].allSatisfy { $0.time == 2000 })
    }

    /// Bodies whose lines come, go, move and change their form; values must follow the text.
    @Test func linesMayMove() async throws {
        let bench = try await ScrapeBench()
        let bodies: [(String, [String])] = [
            ("a 1\nb 2\nc 3\n", ["a 1.0", "b 2.0", "c 3.0"]),
            ("a 1\nc 3\n", ["a 1.0", "c 3.0", "b stale"]),
            ("x 0\na 1\nb 2\nc 3\n", ["x 0.0", "a 1.0", "b 2.0", "c 3.0"]),
            ("c 9\nb 8\na 7\nx 6", ["c 9.0", "b 8.0", "a 7.0", "x 6.0"]),
            ("c 9 \n\n b\t8\n# comment\na 7\nx 6\n", ["c 9.0", "b 8.0", "a 7.0", "x 6.0"]),
            ("ca 9\nb 8\n", ["ca 9.0", "b 8.0", "a stale", "c stale", "x stale"]),
            ("c {y=\"1\"} 9\nb 8\n", [#"c{y="1"} 9.0"#, "b 8.0", "ca stale"]),
            ("c{y=\"1\"} 9\nb 8\n", [#"c{y="1"} 9.0"#, "b 8.0"]),
            ("", [#"b stale"#, #"c{y="1"} stale"#]),
            ("b 1", ["b 1.0"]),
        ]
        for (body, expected) in bodies {
            let report = await bench.scrape(body)
            #expect(report.failure == nil)
            let samples = bench.last.filter { !$0.hasSuffix("stale") }
            let stale = bench.last.filter { $0.hasSuffix("stale") }
            #expect(samples == expected.filter { !$0.hasSuffix("stale") })
            #expect(stale.sorted() == expected.filter { $0.hasSuffix("stale") }.sorted())
        }
    }

    @Test func aBadLineFailsTheWholeScrape() async throws {
        let bench = try await ScrapeBench()
        await bench.scrape("a 1\nb 2\n")
        let report = await bench.scrape("a 1\nb x\n", at: 2000)
        #expect(report.failure?.reason == .parse)
        #expect(report.failure?.message == "line 2: expected a value, found `x`")
        #expect(bench.last.sorted() == ["a stale", "b stale"])
        #expect(bench.lastReport["up"] == 0)
        // As in Prometheus what was read up to the bad line is told.
        #expect(bench.lastReport["scrape_samples_scraped"] == 1)
        await bench.scrape("a 1\nb 2\n", at: 3000)
        #expect(bench.last == ["a 1.0", "b 2.0"])
        #expect(bench.lastReport["scrape_series_added"] == 0)
    }

    @Test func aSeriesTwiceIsCountedAndDropped() async throws {
        let bench = try await ScrapeBench()
        for time: Int64 in [1000, 2000] {
            let report = await bench.scrape(
                "a{x=\"1\",y=\"2\"} 1\na{y=\"2\",x=\"1\"} 2\na{x=\"1\",y=\"2\"} 3\n",
                at: time,
            )
            #expect(report.counts.scraped == 3 && report.counts.kept == 3)
            #expect(report.counts.duplicates == 2)
            #expect(bench.last == [#"a{x="1", y="2"} 1.0"#])
        }
    }

    @Test func timesOfItsOwnAreHonoured() async throws {
        let bench = try await ScrapeBench()
        await bench.scrape("a 1 500\na 2 600\nb 1\n", at: 1000)
        #expect(bench.receiver.batches[0].prefix(3).map(\.time) == [500, 600, 1000])
        // The same again is no news, older is out of order, far ahead is out of bounds.
        let report = await bench.scrape("a 2 600\na 3 550\na 4 700000\nb 1\n", at: 2000)
        #expect(report.counts.outOfOrder == 1)
        #expect(report.counts.outOfBounds == 1)
        #expect(bench.last == ["b 1.0"])
        // No marker for a series that has times of its own.
        await bench.scrape("b 1\n", at: 3000)
        #expect(bench.last == ["b 1.0"])
    }

    @Test func timesOfItsOwnCanBeIgnored() async throws {
        let bench = try await ScrapeBench { $0.honorTimestamps = false }
        await bench.scrape("a 1 500\n", at: 1000)
        #expect(bench.receiver.batches[0].first?.time == 1000)
        await bench.scrape("", at: 2000)
        #expect(bench.last == ["a stale"])
    }

    @Test func timesOfItsOwnCanBeTracked() async throws {
        let bench = try await ScrapeBench { $0.trackTimestampsStaleness = true }
        await bench.scrape("a 1 500\n", at: 1000)
        await bench.scrape("", at: 2000)
        #expect(bench.last == ["a stale"])
        #expect(bench.receiver.batches[1].first?.time == 2000)
    }

    @Test func boundsAreWrittenAsOpenMetricsDoes() async throws {
        let bench = try await ScrapeBench()
        await bench.scrape(
            """
            # TYPE foo histogram
            foo_bucket{le="1"} 1
            foo_bucket{le="0.5"} 1
            foo_bucket{le="5e-05"} 1
            foo_bucket{le="+Inf"} 1
            # TYPE s summary
            s{quantile="1"} 1
            # TYPE g gauge
            g{le="1"} 1
            """
        )
        #expect(
            bench.last == [
                #"foo_bucket{le="1.0"} 1.0"#, #"foo_bucket{le="0.5"} 1.0"#,
                #"foo_bucket{le="5e-05"} 1.0"#, #"foo_bucket{le="+Inf"} 1.0"#,
                #"s{quantile="1.0"} 1.0"#, #"g{le="1"} 1.0"#,
            ]
        )
    }

    @Test func specialValuesKeepTheirMeaning() async throws {
        let bench = try await ScrapeBench()
        await bench.scrape("a NaN\nb +Inf\nc -0\nd 123.45\n")
        let bits = bench.receiver.batches[0].prefix(4).map(\.bits)
        #expect(
            bits == [
                SpecialFloat.ordinaryNaNBits, Double.infinity.bitPattern, (-0.0).bitPattern,
                (123.45).bitPattern,
            ]
        )
    }

    /// A target that makes up new series all the time must not fill the memory.
    @Test func churnIsBounded() async throws {
        let bench = try await ScrapeBench()
        var footprint = 0
        for round in 0..<60 {
            let body = (0..<200).map { "a{x=\"\(round)\",n=\"\($0)\"} \(round)\n" }.joined()
            let report = await bench.scrape("stays 1\n" + body, at: Int64(round) * 1000)
            #expect(report.counts.added == (round == 0 ? 201 : 200))
            footprint = max(footprint, report.footprint)
            let fresh = bench.last.filter { !$0.hasSuffix("stale") }
            let stale = bench.last.count - fresh.count
            #expect(fresh.count == 201 && stale == (round == 0 ? 0 : 200))
        }
        #expect(footprint < 600_000)
        // The same when every scrape fails at its end.
        for round in 0..<60 {
            let body = (0..<200).map { "b{x=\"\(round)\",n=\"\($0)\"} 1\n" }.joined()
            let report = await bench.scrape(body + "oops\n")
            #expect(report.failure != nil)
            footprint = max(footprint, report.footprint)
        }
        #expect(footprint < 600_000)
    }

    /// What the cache makes of a body is what a first reading makes of it.
    @Test func theCacheChangesNothing() async throws {
        var random = SplitMix(seed: 99)
        let bench = try await ScrapeBench()
        let lines = (0..<30).map { "m\($0 % 7){a=\"\($0)\",b=\"x\"}" } + ["plain", "other"]
        for round in 0..<200 {
            var body = ""
            for line in lines where random.next() % 4 != 0 {
                body += "\(line) \(random.next() % 1000)\n"
                if random.next() % 20 == 0 { body += "# HELP m\(round) text\n\n" }
                if random.next() % 30 == 0 { body += "\(lines[0]) 5\n" }
            }
            await bench.scrape(body, at: Int64(round))
            let fresh = try await ScrapeBench()
            await fresh.scrape(body, at: Int64(round))
            #expect(bench.last.filter { !$0.hasSuffix("stale") } == fresh.last)
        }
    }

    @Test func metadataIsKept() async throws {
        let bench = try await ScrapeBench()
        await bench.scrape(
            "# HELP a Says \\\\ and \\n.\n# TYPE a counter\na 1\n# TYPE b gauge\nb 2\n"
        )
        #expect(
            await bench.ingester.metadata() == [
                MetricMetadata(family: "a", kind: .counter, help: "Says \\ and \n."),
                MetricMetadata(family: "b", kind: .gauge),
            ]
        )
    }
}
