import AgentTesting
import Codecs
import Patterns
import Pipeline
import RandomTesting
import Telemetry
import Testing

@testable import Scraping

@Suite struct OpenMetricsBodyReaderTests {
    private static let body = """
        # TYPE a counter
        # UNIT a_seconds seconds
        # HELP a Says \\"so\\".
        a_total{x="1"} 1
        a_total{x="2"} 2 1.5
        # TYPE i info
        i_info{v="3"} 1
        # TYPE s stateset
        s{s="on"} 1
        # TYPE g gaugehistogram
        g_bucket{le="1"} 4
        g_gcount 4
        # TYPE h histogram
        h_bucket{le="1"} 4
        # EOF

        """

    @Test func readsTheSameBodyAgain() async throws {
        let bench = try await ScrapeBench()
        let expected = [
            #"a_total{x="1"} 1.0"#, #"a_total{x="2"} 2.0"#, #"i_info{v="3"} 1.0"#,
            #"s{s="on"} 1.0"#, #"g_bucket{le="1"} 4.0"#, "g_gcount 4.0",
            #"h_bucket{le="1.0"} 4.0"#,
        ]
        let first = await bench.scrape(Self.body, .openMetrics, at: 2000)
        #expect(first.failure == nil && first.counts.added == 7)
        #expect(bench.last == expected)
        #expect(bench.receiver.batches[0].prefix(3).map(\.time) == [2000, 1500, 2000])
        let again = await bench.scrape(Self.body, .openMetrics, at: 2001)
        #expect(again.counts.scraped == 7 && again.counts.added == 0)
        #expect(bench.last == expected.filter { !$0.contains(#"x="2""#) })
    }

    @Test func familiesHaveUnits() async throws {
        let bench = try await ScrapeBench()
        await bench.scrape(Self.body, .openMetrics)
        #expect(
            await bench.ingester.metadata() == [
                MetricMetadata(family: "a", kind: .counter, help: "Says \"so\"."),
                MetricMetadata(family: "a_seconds", unit: "seconds"),
                MetricMetadata(family: "g", kind: .gaugeHistogram),
                MetricMetadata(family: "h", kind: .histogram),
                MetricMetadata(family: "i", kind: .info),
                MetricMetadata(family: "s", kind: .stateset),
            ]
        )
        #expect(
            bench.families == [
                "a_total": "a counter Says \"so\".", "i_info": "i info ", "s": "s stateset ",
                "g_bucket": "g gaugeHistogram ", "g_gcount": "g gaugeHistogram ",
                "h_bucket": "h histogram ",
            ]
        )
    }

    @Test(
        arguments: [
            ("a 1\n", "# EOF at the end of the body"),
            ("a 1\n# EOF\nb 1\n", "nothing after # EOF"),
            ("a 1\n# EOF\n\n", "nothing after # EOF"), ("# comment\n# EOF\n", "# HELP"),
            ("a_total 1 # {b=\"c\"} x\n# EOF\n", "a value"),
        ]
    )
    func oneBadLineFailsTheScrape(_ body: String, _ word: String) async throws {
        let bench = try await ScrapeBench()
        // Once where nothing is known, and once where all that is good of it is.
        for time: Int64 in [1000, 3000] {
            let report = await bench.scrape(body, .openMetrics, at: time)
            #expect(report.failure?.reason == .parse)
            #expect(report.failure?.message.contains(word) == true, "\(report)")
            #expect(bench.last.allSatisfy { $0.hasSuffix("stale") })
            #expect(bench.lastReport["up"] == 0)
            await bench.scrape("a 1\na_total 1\n# EOF\n", .openMetrics, at: time + 1000)
            #expect(bench.last == ["a 1.0", "a_total 1.0"])
        }
    }

    @Test func anEmptyBodyIsAnEmptyExposition() async throws {
        let bench = try await ScrapeBench()
        await bench.scrape("a 1\n# EOF\n", .openMetrics)
        let report = await bench.scrape("", .openMetrics, at: 2000)
        #expect(report.failure == nil)
        #expect(bench.last == ["a stale"])
    }

    // MARK: Exemplars

    private typealias Exemplar = CollectingReceiver.Exemplar

    private func exemplars(_ bench: ScrapeBench) -> [String: [Exemplar]] {
        var found: [String: [Exemplar]] = [:]
        for sample in bench.receiver.batches.last ?? [] where !sample.exemplars.isEmpty {
            found[sample.name] = sample.exemplars
        }
        return found
    }

    @Test func exemplarsStandWhereTheyMay() async throws {
        let bench = try await ScrapeBench()
        let lines = """
            # TYPE c counter
            c_total 1 # {trace="1",a="b"} 0.5 7.25
            c_created 1 # {trace="2"} 1
            # TYPE h histogram
            h_bucket{le="1"} 4 3 # {} 2
            h_sum 4 # {trace="3"} 2
            # TYPE g gauge
            g_total 1 # {trace="4"} 2
            # TYPE gh gaugehistogram
            gh_bucket{le="1"} 4 # {"x.y"="5"} 2
            # TYPE q counter
            {"q.q_total","x"="y"} 1 # {trace="6"} 2
            # EOF
            """
        await bench.scrape(lines, .openMetrics, at: 9000)
        #expect(
            exemplars(bench) == [
                "c_total": [
                    Exemplar(labels: ["a": "b", "trace": "1"], bits: (0.5).bitPattern, time: 7250)
                ],
                "h_bucket": [Exemplar(labels: [:], bits: (2.0).bitPattern, time: 3000)],
                "gh_bucket": [
                    Exemplar(labels: ["x.y": "5"], bits: (2.0).bitPattern, time: 9000)
                ],
                "q.q_total": [
                    Exemplar(labels: ["trace": "6"], bits: (2.0).bitPattern, time: 9000)
                ],
            ]
        )
    }

    /// One that stays is sent once; another one, or another value or time, is news.
    @Test func anExemplarIsSentOnce() async throws {
        let bench = try await ScrapeBench()
        let news: [(String, Bool)] = [
            ("{t=\"1\"} 1", true), ("{t=\"1\"} 1", false), ("{t=\"1\"} 2", true),
            ("{t=\"2\"} 2", true), ("{t=\"2\"} 2 5", true), ("{t=\"2\"} 2 5", false),
            ("{t=\"2\"} 2 6", true),
        ]
        var time: Int64 = 1000
        for (exemplar, isNews) in news {
            time += 1000
            let body = "# TYPE c counter\nc_total 1 # \(exemplar)\n# EOF\n"
            await bench.scrape(body, .openMetrics, at: time)
            #expect(exemplars(bench).isEmpty != isNews, "\(exemplar)")
        }
        // What a failed scrape has taken was not sent.
        await bench.scrape(
            "# TYPE c counter\nc_total 1 # {t=\"9\"} 9\nc\n",
            .openMetrics,
            at: 9000,
        )
        await bench.scrape(
            "# TYPE c counter\nc_total 1 # {t=\"9\"} 9\n# EOF\n",
            .openMetrics,
            at: 10_000,
        )
        #expect(exemplars(bench)["c_total"]?.first?.labels == ["t": "9"])
    }

    @Test(
        arguments: [
            (String(repeating: "é", count: 127), 0), (String(repeating: "é", count: 128), 1),
            ("a\",t=\"b", 1),
        ]
    )
    func anExemplarBeyondTheRulesIsLeftOut(_ value: String, _ refused: Int) async throws {
        let bench = try await ScrapeBench()
        let report = await bench.scrape(
            "# TYPE c counter\nc_total 1 # {t=\"\(value)\"} 1\n# EOF\n",
            .openMetrics,
        )
        #expect(report.failure == nil && report.counts.refusedExemplars == refused)
        #expect(exemplars(bench).isEmpty == (refused > 0))
        #expect(bench.last == ["c_total 1.0"])
    }

    /// Where no sample is stored its exemplar goes nowhere.
    @Test func anExemplarFollowsItsSample() async throws {
        let bench = try await ScrapeBench {
            let pattern = try? Pattern("dropped_total", anchored: true)
            if let pattern {
                $0.metricRelabeling = Relabeling([
                    RelabelRule(.drop, sourceLabels: ["__name__"], pattern: pattern)
                ])
            }
        }
        for time: Int64 in [1000, 2000] {
            await bench.scrape(
                """
                # TYPE kept counter
                kept_total 1
                # TYPE dropped counter
                dropped_total 1 # {t="\(time)"} 1
                # TYPE kept counter
                kept_total 2 # {t="\(time)"} 1
                # EOF
                """,
                .openMetrics,
                at: time,
            )
            #expect(bench.last == ["kept_total 1.0"])
            #expect(exemplars(bench).isEmpty)
        }
    }

    // MARK: Fuzz-like

    /// What the cache makes of a body is what a first reading makes of it.
    @Test func theCacheChangesNothing() async throws {
        var random = SplitMix(seed: 11)
        let bench = try await ScrapeBench()
        for round in 0..<200 {
            var body = ""
            for family in 0..<6 where random.next() % 4 != 0 {
                body += "# TYPE m\(family) counter\n"
                for label in 0..<5 where random.next() % 3 != 0 {
                    body += "m\(family)_total{a=\"\(label)\"} \(random.next() % 100)"
                    if random.next() % 3 == 0 { body += " # {t=\"\(round)\"} \(round)" }
                    body += "\n"
                    if random.next() % 3 == 0 { body += "m\(family)_created{a=\"\(label)\"} 5\n" }
                }
            }
            body += "# EOF\n"
            await bench.scrape(body, .openMetrics, at: Int64(round))
            let fresh = try await ScrapeBench()
            await fresh.scrape(body, .openMetrics, at: Int64(round))
            let known = (bench.receiver.batches.last ?? []).filter { !$0.isStale }
            let new = fresh.receiver.batches[0]
            #expect(known.count == new.count)
            for (left, right) in zip(known, new) where !left.name.hasPrefix("scrape_") {
                #expect(left.labels == right.labels && left.bits == right.bits)
                #expect(left.start == right.start && left.exemplars == right.exemplars)
                #expect(left.family?.kind == right.family?.kind)
            }
        }
    }
}
