import AgentTesting
import Codecs
import Patterns
import Pipeline
import Telemetry
import Testing

@testable import Scraping

/// `_created` lines are series of their own and the start times of others.
@Suite struct StartTimeTests {
    private func starts(_ bench: ScrapeBench) -> [String: Int64] {
        var starts: [String: Int64] = [:]
        for sample in bench.receiver.batches.last ?? [] where sample.start != 0 {
            starts[String(ScrapeBench.text(sample).split(separator: " ").dropLast().joined())] =
                sample.start
        }
        return starts
    }

    /// Prometheus's cases, `openmetricsparse_test.go`: the line after, between and before the others.
    @Test func findsTheLineWhereverItStands() async throws {
        let bench = try await ScrapeBench()
        let body = """
            # TYPE foo counter
            foo_total{a="b"} 17.0
            foo_created{a="b"} 1520872607.123
            foo_total{a="c"} 17.0
            foo_total{le="c"} 21.0
            foo_created{le="c"} 1520872621.123
            # TYPE baz histogram
            baz_bucket{le="0.0"} 0
            baz_bucket{le="+Inf"} 17
            baz_count 17
            baz_created 1520872609.125
            baz_sum 324789.3
            # TYPE bar summary
            bar_created 1520430004
            bar_count 17.0
            bar{quantile="0.95"} 123.7
            bar{quantile="0.99"} 150.0
            # TYPE fizz_created gauge
            fizz_created 17.0
            # TYPE fizz gauge
            fizz 1
            fizz_created 2
            # EOF
            """
        let expected: [String: Int64] = [
            #"foo_total{a="b"}"#: 1_520_872_607_123, #"foo_total{le="c"}"#: 1_520_872_621_123,
            #"baz_bucket{le="0.0"}"#: 1_520_872_609_125,
            #"baz_bucket{le="+Inf"}"#: 1_520_872_609_125, "baz_count": 1_520_872_609_125,
            "baz_sum": 1_520_872_609_125, "bar_count": 1_520_430_004_000,
            #"bar{quantile="0.95"}"#: 1_520_430_004_000,
            #"bar{quantile="0.99"}"#: 1_520_430_004_000,
        ]
        for time: Int64 in [1000, 2000, 3000] {
            let report = await bench.scrape(body, .openMetrics, at: time)
            #expect(report.failure == nil)
            #expect(starts(bench) == expected)
            #expect(bench.last.contains("baz_created 1520872609.125"))
        }
    }

    @Test func aStartTimeIsThatOfItsScrape() async throws {
        let bench = try await ScrapeBench()
        func body(_ created: String) -> String {
            "# TYPE a counter\na_total 1\n\(created)# EOF\n"
        }
        let cases: [(String, Int64?)] = [
            ("a_created 5\n", 5000), ("a_created 6\n", 6000), ("", nil), ("a_created 7\n", 7000),
            ("a_created NaN\n", nil), ("a_created -5\n", nil), ("a_created +Inf\n", nil),
            ("a_created 8\n", 8000),
        ]
        var time: Int64 = 0
        for (line, start) in cases {
            time += 1000
            await bench.scrape(body(line), .openMetrics, at: time)
            #expect(starts(bench)["a_total"] == start, "\(line)")
            // A scrape that fails leaves nothing behind for the next.
            await bench.scrape("# TYPE a counter\na_created 99\nx\n", .openMetrics, at: time + 1)
            #expect(starts(bench).isEmpty)
        }
    }

    /// A target that has no such lines at first is told apart by what it sends, not by its first
    /// body: from the second body with them on they count.
    @Test func linesMayComeLate() async throws {
        let bench = try await ScrapeBench()
        await bench.scrape("# TYPE a counter\na_total 1\n# EOF\n", .openMetrics, at: 1000)
        let body = "# TYPE a counter\na_total 1\na_created 5\n# EOF\n"
        await bench.scrape(body, .openMetrics, at: 2000)
        await bench.scrape(body, .openMetrics, at: 3000)
        #expect(starts(bench) == ["a_total": 5000])
        #expect(bench.last == ["a_total 1.0", "a_created 5.0"])
        #expect(bench.lastReport["scrape_series_added"] == 0)
    }

    /// Dropping `_created` series is common; what they say still counts.
    @Test func droppedLinesStillCount() async throws {
        let rule = RelabelRule(
            .drop,
            sourceLabels: ["__name__"],
            pattern: try Pattern(".*_created", anchored: true),
        )
        let bench = try await ScrapeBench { $0.metricRelabeling = Relabeling([rule]) }
        for time: Int64 in [1000, 2000] {
            await bench.scrape(
                "# TYPE a counter\na_total 1\na_created 5\n# EOF\n",
                .openMetrics,
                at: time,
            )
            #expect(bench.last == ["a_total 1.0"])
            #expect(starts(bench) == ["a_total": 5000])
        }
    }

    @Test func theTextFormatHasNone() async throws {
        let bench = try await ScrapeBench()
        let lines = "# TYPE a counter\na_total 1\na_created 5\n"
        await bench.scrape(lines + "# EOF\n", .openMetrics, at: 1000)
        await bench.scrape(lines, at: 2000)
        #expect(starts(bench).isEmpty)
        #expect(bench.last == ["a_total 1.0", "a_created 5.0"])
        await bench.scrape(lines + "# EOF\n", .openMetrics, at: 3000)
        #expect(starts(bench) == ["a_total": 5000])
    }

    /// Series get new numbers now and then; pairs are found again, and memory stays bounded.
    @Test func pairsSurviveChurn() async throws {
        let bench = try await ScrapeBench()
        var footprint = 0
        for round in 0..<80 {
            var body = "# TYPE a counter\na_total{stays=\"1\"} 1\na_created{stays=\"1\"} 5\n"
            for number in 0..<100 {
                body +=
                    "a_total{n=\"\(round)-\(number)\"} 1\na_created{n=\"\(round)-\(number)\"} 7\n"
            }
            let report = await bench.scrape(
                body + "# EOF\n",
                .openMetrics,
                at: Int64(round) * 1000,
            )
            footprint = max(footprint, report.footprint)
            let found = starts(bench)
            #expect(found.count == 101 && found[#"a_total{stays="1"}"#] == 5000)
            #expect(report.counts.added == (round == 0 ? 202 : 200))
        }
        #expect(footprint < 900_000)
    }
}
