import AgentTesting
import Codecs
import Patterns
import Pipeline
import Telemetry
import Testing

@testable import Scraping

/// Classic histograms of the text formats made native: the cases of Prometheus's
/// `model/textparse/nhcbparse_test.go` that matter to receivers.
@Suite struct ClassicConversionTests {
    private static func bench(
        keepsClassic: Bool = false,
        _ change: (inout SeriesRules) -> Void = { _ in },
    ) async throws -> ScrapeBench {
        try await ScrapeBench {
            $0.histograms.convertsClassic = true
            $0.histograms.keepsClassic = keepsClassic
            change(&$0)
        }
    }

    private static let body = """
        # TYPE a gauge
        a 1
        # TYPE h histogram
        h_bucket{x="1",le="0.5"} 2
        h_bucket{x="1",le="+Inf"} 5
        h_sum{x="1"} 3.5
        h_count{x="1"} 5
        h_bucket{x="2",le="1"} 1.5
        h_bucket{x="2",le="+Inf"} 4
        h_sum{x="2"} 7
        h_count{x="2"} 4
        # TYPE z gauge
        z 1

        """
    private static let native = [
        #"h{x="1"} 3.5 | 1:5; 3:3.5; 4:-53; 6:0; 11:0+2; 12:2 1; 16:0.5"#,
        #"h{x="2"} 7.0 | 2:4.0; 3:7.0; 4:-53; 7:0.0; 11:0+2; 13:1.5 2.5; 16:1.0"#,
    ]

    @Test(arguments: [ScrapeProtocol.Format.text, .openMetrics])
    func classicLinesBecomeOneSample(_ format: ScrapeProtocol.Format) async throws {
        let bench = try await Self.bench()
        let body = format == .text ? Self.body : Self.body + "# EOF\n"
        for round in 0..<3 {
            let report = await bench.scrape(body, format, at: 2_000_000)
            #expect(report.failure == nil)
            #expect(report.counts.scraped == 4 && report.counts.kept == 4)
            #expect(report.counts.added == (round == 0 ? 4 : 0))
            #expect(bench.lastInFull.sorted() == (["a 1.0", "z 1.0"] + Self.native).sorted())
            #expect(bench.families["h"] == "h histogram ")
        }
        await bench.scrape(format == .text ? "a 1\n" : "a 1\n# EOF\n", format, at: 2_000_000)
        #expect(
            bench.last.sorted() == ["a 1.0", #"h{x="1"} stale"#, #"h{x="2"} stale"#, "z stale"]
        )
        // Back again, in another order.
        let lines = body.split(separator: "\n").filter { $0 != "# EOF" }
        let moved = (lines[2...] + lines[..<2]).joined(separator: "\n") + "\n"
        await bench.scrape(moved + (format == .text ? "" : "# EOF\n"), format, at: 2_000_000)
        #expect(bench.lastInFull.sorted() == (["a 1.0", "z 1.0"] + Self.native).sorted())
    }

    @Test func classicLinesMayStay() async throws {
        let bench = try await Self.bench(keepsClassic: true)
        for _ in 0..<2 {
            let report = await bench.scrape(Self.body, at: 2_000_000)
            #expect(report.counts.scraped == 12)
            let all = bench.lastInFull
            #expect(all.filter { $0.contains(" | ") } == Self.native)
            #expect(all.contains(#"h_bucket{le="0.5", x="1"} 2.0"#))
            #expect(all.contains(#"h_count{x="2"} 4.0"#))
            #expect(all.count == 12)
        }
    }

    @Test func exemplarsAndStartsGoAlong() async throws {
        let bench = try await Self.bench()
        let body = """
            # TYPE h histogram
            h_bucket{le="0.5"} 2 # {id="b"} 0.3 1.5
            h_bucket{le="2"} 3 # {id="c"} 1.1
            h_bucket{le="+Inf"} 5 # {id="a"} 9 1.25
            h_sum 3.5
            h_count 5
            h_created 1000.5
            # EOF

            """
        // The first body shows that there are start times; from the second on they are known.
        for _ in 0..<2 { await bench.scrape(body, .openMetrics, at: 2_000_000) }
        let text = bench.lastInFull.first { $0.hasPrefix("h ") }
        #expect(text?.hasPrefix("h 3.5 since 1000500") == true)
        let first = bench.receiver.batches[0].first { $0.name == "h" }
        #expect(first?.exemplars.map(\.time) == [1250, 1500])
        #expect(first?.exemplars.map(\.labels) == [["id": "a"], ["id": "b"]])
    }

    struct Case: Sendable {
        let body: String
        let samples: [String]
    }

    static let cases = [
        // Counts that fall make no histogram, and the lines are gone all the same.
        Case(
            body: "# TYPE h histogram\nh_bucket{le=\"1\"} 5\nh_bucket{le=\"2\"} 3\n",
            samples: [],
        ),
        // Without a type, of another type, or of another name: plain series.
        Case(body: "h_bucket{le=\"1\"} 5\n", samples: [#"h_bucket{le="1"} 5.0"#]),
        Case(
            body: "# TYPE h gauge\nh_bucket{le=\"1\"} 5\n",
            samples: [#"h_bucket{le="1"} 5.0"#],
        ),
        Case(
            body: "# TYPE h histogram\nother_sum 5\nh 3\nh_max 7\n",
            samples: ["other_sum 5.0", "h 3.0", "h_max 7.0"],
        ),
        // A bound that is none.
        Case(
            body: "# TYPE h histogram\nh_bucket{le=\"x\"} 5\nh_bucket 6\n",
            samples: [#"h_bucket{le="x"} 5.0"#, "h_bucket 6.0"],
        ),
        // Buckets alone, and the sum alone.
        Case(
            body: "# TYPE h histogram\nh_bucket{le=\"1\"} 5\nh_bucket{le=\"+Inf\"} 6\n",
            samples: ["h 0.0 | 1:6; 4:-53; 6:0; 11:0+2; 12:5 -4; 16:1.0"],
        ),
        Case(
            body: "# TYPE h histogram\nh_sum 5\n",
            samples: ["h 5.0 | 1:0; 3:5.0; 4:-53; 6:0"],
        ),
        // A time of its own.
        Case(
            body: "# TYPE h histogram\nh_count 2 1234\nh_sum 5 1234\n",
            samples: ["h 5.0 @1234 | 1:2; 3:5.0; 4:-53; 6:0; 11:0+1; 12:2"],
        ),
    ]

    @Test(arguments: cases.indices) func whatIsConverted(_ index: Int) async throws {
        let bench = try await Self.bench()
        let report = await bench.scrape(Self.cases[index].body, at: 2_000_000)
        #expect(report.failure == nil)
        #expect(bench.lastInFull == Self.cases[index].samples)
        await bench.scrape(Self.cases[index].body, at: 2_000_000)
        let isTimed = Self.cases[index].body.contains("1234")
        #expect(bench.lastInFull == (isTimed ? [] : Self.cases[index].samples))
    }

    /// Relabeling sees the histogram, as it would see any other series.
    @Test func relabelingApplies() async throws {
        let drop = RelabelRule(
            .drop,
            sourceLabels: ["x"],
            pattern: try Pattern("1", anchored: true),
        )
        let buckets = RelabelRule(
            .drop,
            sourceLabels: ["__name__"],
            pattern: try Pattern("h_bucket", anchored: true),
        )
        let bench = try await Self.bench {
            $0.targetLabels = ["job": "j"]
            $0.metricRelabeling = Relabeling([drop, buckets])
        }
        for _ in 0..<2 {
            let report = await bench.scrape(Self.body)
            #expect(report.counts.scraped == 4 && report.counts.kept == 3)
            #expect(
                bench.last == [#"a{job="j"} 1.0"#, #"z{job="j"} 1.0"#, #"h{job="j", x="2"} 7.0"#]
            )
        }
    }

    @Test func tooManyBucketsFailTheScrape() async throws {
        let bench = try await Self.bench { $0.histograms.bucketLimit = 1 }
        let report = await bench.scrape(Self.body)
        #expect(report.failure?.reason == .bucketLimit)
        #expect(bench.last == [])
    }

    /// Tables that are built anew keep the histograms' series, and who was seen.
    @Test func tablesMayBeCompacted() async throws {
        let bench = try await Self.bench()
        let many = (0..<3000).map { "g{n=\"\($0)\"} 1\n" }.joined()
        await bench.scrape(Self.body + many)
        await bench.scrape(Self.body)
        await bench.scrape(Self.body)
        let report = await bench.scrape(Self.body, at: 2_000_000)
        #expect(report.counts.added == 0)
        #expect(bench.lastInFull.sorted() == (["a 1.0", "z 1.0"] + Self.native).sorted())
        await bench.scrape("a 1\n")
        #expect(bench.last.count == 4 && bench.last.filter { $0.hasSuffix("stale") }.count == 3)
    }
}
