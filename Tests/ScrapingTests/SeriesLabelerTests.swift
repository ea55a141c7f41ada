import AgentTesting
import Patterns
import Pipeline
import Telemetry
import Testing

@testable import Scraping

@Suite struct SeriesLabelerTests {
    struct Case: Sendable {
        let target: LabelSet
        let honor: Bool
        let line: String
        let result: String
    }

    @Test(
        arguments: [
            Case(
                target: ["a": "t"],
                honor: false,
                line: "m{a=\"s\"} 1",
                result: #"m{a="t", exported_a="s"} 1.0"#,
            ),
            Case(
                target: ["a": "t"],
                honor: false,
                line: "m{a=\"1\",exported_a=\"2\"} 1",
                result: #"m{a="t", exported_a="2", exported_exported_a="1"} 1.0"#,
            ),
            Case(target: ["a": "t"], honor: false, line: "m{a=\"\"} 1", result: #"m{a="t"} 1.0"#),
            Case(
                target: ["instance": "x"],
                honor: true,
                line: "m{instance=\"\"} 1",
                result: "m 1.0",
            ),
            Case(
                target: ["job": "t"],
                honor: true,
                line: "m{job=\"s\"} 1",
                result: #"m{job="s"} 1.0"#,
            ),
            Case(target: ["job": "t"], honor: true, line: "m 1", result: #"m{job="t"} 1.0"#),
            Case(
                target: ["ab": "t", "a": "u"],
                honor: false,
                line: "m{ab=\"1\",a=\"2\"} 1",
                result: #"m{a="u", ab="t", exported_a="2", exported_ab="1"} 1.0"#,
            ),
        ]
    )
    func labelsAreMerged(_ test: Case) async throws {
        let bench = try await ScrapeBench {
            $0.targetLabels = test.target
            $0.honorLabels = test.honor
        }
        await bench.scrape(test.line)
        #expect(bench.last == [test.result])
    }

    @Test func externalLabelsFillIn() async throws {
        let bench = try await ScrapeBench {
            $0.targetLabels = ["job": "j"]
            $0.externalLabels = ["cluster": "prod", "job": "external"]
        }
        await bench.scrape("m 1\nn{cluster=\"own\"} 2\n")
        #expect(
            bench.last == [
                #"m{cluster="prod", job="j"} 1.0"#, #"n{cluster="own", job="j"} 2.0"#,
            ]
        )
        #expect(bench.receiver.batches[0].last?.labels["cluster"] == "prod")
    }

    @Test func droppedSeriesAreScrapedButNotKept() async throws {
        let drop = RelabelRule(
            .drop,
            sourceLabels: ["__name__"],
            pattern: try Pattern("go_.*", anchored: true),
        )
        let bench = try await ScrapeBench { $0.metricRelabeling = Relabeling([drop]) }
        for time: Int64 in [1000, 2000] {
            let report = await bench.scrape("go_a 1\na 2\ngo_b 3\n", at: time)
            #expect(report.counts.scraped == 3 && report.counts.kept == 1)
            #expect(bench.last == ["a 2.0"])
        }
    }

    @Test(
        arguments: [
            ("m{a=\"1\",a=\"2\"} 1", ScrapeFailure.Reason.labels, "a twice"),
            ("m{\"\"=\"1\"} 1", .labels, "not empty"),
            ("m{a=\"1\",b=\"2\",c=\"3\"} 1", .labelLimit, "label_limit"),
            ("m{abcdefghijklm=\"1\"} 1", .labelLimit, "label_name_length_limit"),
            ("m{a=\"abcdefghijklm\"} 1", .labelLimit, "label_value_length_limit"),
            ("a 1\nb 1\nc 1\nd 1\n", .sampleLimit, "found 4"),
        ]
    )
    func limitsFailTheScrape(
        _ body: String,
        _ reason: ScrapeFailure.Reason,
        _ word: String,
    ) async throws {
        let bench = try await ScrapeBench {
            $0.labelLimit = 3
            $0.labelNameLengthLimit = 12
            $0.labelValueLengthLimit = 12
            $0.sampleLimit = 3
        }
        for time: Int64 in [1000, 2000] {
            let report = await bench.scrape(body, at: time)
            #expect(report.failure?.reason == reason)
            #expect(report.failure?.message.contains(word) == true)
            #expect(bench.last.isEmpty)
            #expect(bench.lastReport["up"] == 0)
        }
        let good = await bench.scrape("a 1\nb 1\nc 1\n")
        #expect(good.failure == nil && bench.last.count == 3)
    }

    @Test func aSeriesNeedsAName() async throws {
        let drop = RelabelRule(.labeldrop, pattern: try Pattern("__name__", anchored: true))
        let bench = try await ScrapeBench { $0.metricRelabeling = Relabeling([drop]) }
        let report = await bench.scrape("m{a=\"1\"} 1")
        #expect(report.failure?.reason == .labels)
        // Without any label left the series is dropped, as in Prometheus.
        let none = await bench.scrape("m 1")
        #expect(none.failure == nil && none.counts.kept == 0)
    }
}
