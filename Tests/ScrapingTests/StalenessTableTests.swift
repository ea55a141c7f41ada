import AgentTesting
import Codecs
import Patterns
import Pipeline
import Telemetry
import Testing

@testable import Scraping

/// Scrape after scrape of one target: which samples come, and which markers.
@Suite struct StalenessTableTests {
    /// One scrape: what the target answers, and what receivers get, in any order.
    struct Step: Sendable {
        let format: ScrapeProtocol.Format
        /// Nil when the target does not answer.
        let body: String?
        let expected: Set<String>
        let isUp: Bool

        static func text(_ body: String, _ expected: String..., isUp: Bool = true) -> Step {
            Step(format: .text, body: body, expected: Set(expected), isUp: isUp)
        }

        static func openMetrics(_ body: String, _ expected: String...) -> Step {
            Step(format: .openMetrics, body: body + "# EOF\n", expected: Set(expected), isUp: true)
        }

        static func down(_ expected: String...) -> Step {
            Step(format: .text, body: nil, expected: Set(expected), isUp: false)
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let rules: @Sendable (inout SeriesRules) -> Void
        let steps: [Step]

        init(
            _ name: String,
            rules: @escaping @Sendable (inout SeriesRules) -> Void = { _ in },
            _ steps: [Step],
        ) {
            self.name = name
            self.rules = rules
            self.steps = steps
        }

        var testDescription: String { self.name }
    }

    static let cases = [
        Case(
            "a series goes and comes back",
            [
                .text("a 1\nb 2\n", "a 1.0", "b 2.0"), .text("a 1\n", "a 1.0", "b stale"),
                .text("a 1\n", "a 1.0"), .text("b 3\na 1\n", "a 1.0", "b 3.0"),
            ],
        ),
        Case(
            "the target is down for a while",
            [
                .text("a 1\nb 2\n", "a 1.0", "b 2.0"), .down("a stale", "b stale"), .down(),
                .text("a 1\n", "a 1.0"), .text("a 1\n", "a 1.0"), .down("a stale"),
            ],
        ),
        Case("it is down from the start", [.down(), .text("a 1\n", "a 1.0"), .down("a stale")]),
        Case(
            "a body has nothing in it",
            [
                .text("a 1\n", "a 1.0"), .text("", "a stale"), .text("# only\n"),
                .text("a 1\n", "a 1.0"),
            ],
        ),
        Case(
            "a bad line fails all of it",
            [
                .text("a 1\nb 2\n", "a 1.0", "b 2.0"),
                .text("a 1\nnew 1\n?\n", "a stale", "b stale", isUp: false),
                .text("?\n", isUp: false), .text("new 1\nb 2\n", "new 1.0", "b 2.0"),
            ],
        ),
        Case(
            "sample_limit fails all of it",
            rules: { $0.sampleLimit = 2 },
            [
                .text("a 1\nb 2\n", "a 1.0", "b 2.0"),
                .text("c 1\na 1\nb 2\n", "a stale", "b stale", isUp: false),
                .text("b 2\nc 1\n", "b 2.0", "c 1.0"),
            ],
        ),
        Case(
            "times of its own are not tracked",
            [
                .text("a 1 500\nb 1\n", "a 1.0 @500", "b 1.0"), .text("b 1\n", "b 1.0"),
                .text("a 1 600\nb 1\n", "a 1.0 @600", "b 1.0"), .down("b stale"),
            ],
        ),
        Case(
            "times of its own are tracked on request",
            rules: { $0.trackTimestampsStaleness = true },
            [
                .text("a 1 500\n", "a 1.0 @500"), .text("a 1 500\n"), .text("", "a stale"),
                .text("a 1 600\n", "a 1.0 @600"), .down("a stale"), .down(),
            ],
        ),
        Case(
            "times of its own are not honoured",
            rules: { $0.honorTimestamps = false },
            [.text("a 1 500\n", "a 1.0"), .text("a 1 500\n", "a 1.0"), .text("", "a stale")],
        ),
        Case(
            "a series begins to have times of its own, and ceases",
            [
                .text("a 1\n", "a 1.0"), .text("a 1 2500\n", "a 1.0 @2500", "a stale"),
                .text("a 1 2600\n", "a 1.0 @2600"), .text("a 1\n", "a 1.0"),
                .text("", "a stale"),
            ],
        ),
        Case(
            "a series stands there twice",
            [
                .text("a 1\na 2\n", "a 1.0"), .text("a 3\na 4\n", "a 3.0"),
                .text("a 5\n", "a 5.0"), .text("b 1\nb 2\n", "b 1.0", "a stale"),
            ],
        ),
        Case(
            "a dropped series leaves nothing",
            rules: {
                guard let pattern = try? Pattern("d.*", anchored: true) else { return }
                $0.metricRelabeling = Relabeling([
                    RelabelRule(.drop, sourceLabels: ["__name__"], pattern: pattern)
                ])
            },
            [
                .text("a 1\nd 2\n", "a 1.0"), .text("a 1\n", "a 1.0"), .text("d 2\n", "a stale"),
                .down(),
            ],
        ),
        Case(
            "the format changes from scrape to scrape",
            [
                .text("# TYPE a counter\na_total 1\nb 1\n", "a_total 1.0", "b 1.0"),
                .openMetrics("# TYPE a counter\na_total 2\nb 2\n", "a_total 2.0", "b 2.0"),
                .openMetrics("# TYPE a counter\na_total 3\n", "a_total 3.0", "b stale"),
                .text("a_total 4\n", "a_total 4.0"), .openMetrics("", "a_total stale"),
                .text("a_total 5\n", "a_total 5.0"),
            ],
        ),
        Case(
            "labels are the same in another order",
            [
                .text("a{x=\"1\",y=\"2\"} 1\n", #"a{x="1", y="2"} 1.0"#),
                .text("a{y=\"2\",x=\"1\"} 2\n", #"a{x="1", y="2"} 2.0"#),
                .openMetrics("{\"a\",y=\"2\",x=\"1\"} 3\n", #"a{x="1", y="2"} 3.0"#),
                .text("", #"a{x="1", y="2"} stale"#),
            ],
        ),
    ]

    @Test(arguments: cases)
    func markersFollowTheRules(_ test: Case) async throws {
        let bench = try await ScrapeBench(test.rules)
        var time: Int64 = 1000
        for (place, step) in test.steps.enumerated() {
            time += 1000
            if let body = step.body {
                await bench.scrape(body, step.format, at: time)
            } else {
                await bench.fail(at: time)
            }
            let samples = (bench.receiver.batches.last ?? []).filter {
                !ScrapeBench.isReport($0.name)
            }
            let found = samples.map { sample in
                ScrapeBench.text(sample) + (sample.time == time ? "" : " @\(sample.time)")
            }
            #expect(Set(found) == step.expected, "step \(place)")
            #expect(found.count == step.expected.count, "step \(place) gives something twice")
            #expect(bench.lastReport["up"] == (step.isUp ? 1 : 0), "step \(place)")
        }
        // When the target goes, all that is alive ends, once.
        let alive = try #require(test.steps.last).expected.filter {
            !$0.hasSuffix("stale") && !$0.contains("@")
        }
        await bench.ingester.expire(bench.source, timestamp: time + 5000)
        let last = bench.receiver.batches.last ?? []
        #expect(last.allSatisfy { $0.isStale && $0.time == time + 5000 })
        #expect(last.count { !ScrapeBench.isReport($0.name) } == alive.count)
        #expect(last.count { ScrapeBench.isReport($0.name) } == 5)
    }

    /// What the synthetic series say of each outcome, as `scrape/scrape.go` of Prometheus has it.
    @Test func theReportTellsTheOutcome() async throws {
        let bench = try await ScrapeBench {
            $0.extraScrapeMetrics = true
            $0.sampleLimit = 2
        }
        let steps: [(String?, [Double])] = [
            // up, scraped, after relabeling, added, limit, bytes
            ("a 1\nb 1\n", [1, 2, 2, 2, 2, 8]), ("a 1\nb 1\n", [1, 2, 2, 0, 2, 8]),
            ("a 1\n", [1, 1, 1, 0, 2, 4]), ("a 1\nb 1\n", [1, 2, 2, 1, 2, 8]),
            ("a 1\nb 1\nc 1\n", [0, 3, 3, 0, 2, 12]), ("a 1\nx\n", [0, 1, 1, 0, 2, 6]),
            (nil, [0, 0, 0, 0, 2, 0]), ("a 1\nb 1\n", [1, 2, 2, 0, 2, 8]),
            ("", [1, 0, 0, 0, 2, 0]),
            ("a 1\na 2\n", [1, 2, 2, 0, 2, 8]),
        ]
        for (place, step) in steps.enumerated() {
            if let body = step.0 {
                await bench.scrape(body, at: Int64(place) * 1000)
            } else {
                await bench.fail(at: Int64(place) * 1000)
            }
            let report = bench.lastReport
            let found = [
                "up", "scrape_samples_scraped", "scrape_samples_post_metric_relabeling",
                "scrape_series_added", "scrape_sample_limit", "scrape_body_size_bytes",
            ].map { report[$0] }
            #expect(found == step.1, "step \(place)")
            #expect(report["scrape_timeout_seconds"] == 10)
        }
    }
}
