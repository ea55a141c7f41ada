import AgentTesting
import Bytes
import Patterns
import Pipeline
import Telemetry
import Testing

@testable import Codecs
@testable import Scraping

/// Staleness, families, limits and faults of protobuf bodies, as receivers see them.
@Suite struct ProtobufScrapeTests {
    /// One family behind its length.
    private static func family(
        _ name: String,
        type: UInt64 = 1,
        help: String = "",
        unit: String = "",
        _ metrics: ((inout ProtobufBuilder) -> Void)...,
    ) -> [UInt8] {
        var builder = ProtobufBuilder()
        builder.framed {
            $0.text(1, name)
            if !help.isEmpty { $0.text(2, help) }
            $0.varint(3, type)
            for metric in metrics { $0.message(4, metric) }
            if !unit.isEmpty { $0.text(5, unit) }
        }
        return builder.bytes
    }

    /// A gauge's metric.
    private static func gauge(
        _ value: Double,
        _ labels: (String, String)...,
    ) -> (inout ProtobufBuilder) -> Void {
        {
            for (name, value) in labels { $0.label(name, value) }
            $0.message(2) { $0.double(1, value) }
        }
    }

    /// A native histogram of one bucket for each delta, and what else the closure writes.
    private static func native(
        _ deltas: [Int64],
        count: UInt64,
        schema: Int64 = 3,
        _ more: @escaping (inout ProtobufBuilder) -> Void = { _ in },
    ) -> (inout ProtobufBuilder) -> Void {
        {
            $0.message(7) {
                $0.varint(1, count)
                $0.double(2, 1.5)
                $0.zigzag(5, schema)
                $0.message(12) {
                    $0.zigzag(1, 1)
                    $0.varint(2, UInt64(deltas.count))
                }
                $0.packed(13, deltas)
                more(&$0)
            }
        }
    }

    // MARK: Series

    @Test func seriesThatGoGetMarkers() async throws {
        let bench = try await ScrapeBench { $0.histograms.scrapesNative = true }
        let gauges = Self.family("a", Self.gauge(1, ("x", "1")), Self.gauge(2, ("x", "2")))
        let histogram = Self.family("h", type: 4, Self.native([2], count: 2))
        await bench.scrape(protobuf: gauges + histogram)
        let all = [#"a{x="1"} 1.0"#, #"a{x="2"} 2.0"#, "h 1.5"]
        #expect(bench.last == all)
        await bench.scrape(protobuf: Self.family("a", Self.gauge(7, ("x", "2"))))
        #expect(bench.last == [#"a{x="2"} 7.0"#, #"a{x="1"} stale"#, "h stale"])
        // The end of a native histogram is a sample of a float, as Prometheus writes it.
        #expect(bench.receiver.batches.last?.allSatisfy { $0.histogram == nil } == true)
        await bench.scrape(protobuf: histogram + gauges)
        #expect(bench.last == ["h 1.5", #"a{x="1"} 1.0"#, #"a{x="2"} 2.0"#])
        await bench.fail()
        #expect(bench.last.sorted() == [#"a{x="1"} stale"#, #"a{x="2"} stale"#, "h stale"])
    }

    /// What tells one series from another: family, labels, part, bound.
    @Test func seriesAreToldApart() async throws {
        let bench = try await ScrapeBench()
        let summary: (inout ProtobufBuilder) -> Void = {
            $0.message(4) {
                $0.varint(1, 1)
                for quantile in [0.5, 0.9] {
                    $0.message(3) {
                        $0.double(1, quantile)
                        $0.double(2, quantile)
                    }
                }
            }
        }
        let body =
            Self.family(
                "a",
                Self.gauge(1),
                Self.gauge(2, ("b", "c")),
                Self.gauge(3, ("bc", "d")),
            )
            + Self.family("ab", Self.gauge(4, ("c", "d"))) + Self.family("s", type: 2, summary)
            + Self.family("t", type: 2, summary)
        for _ in 0..<3 {
            let report = await bench.scrape(protobuf: body)
            #expect(report.counts.duplicates == 0)
            #expect(
                bench.last == [
                    "a 1.0", #"a{b="c"} 2.0"#, #"a{bc="d"} 3.0"#, #"ab{c="d"} 4.0"#,
                    "s_count 1.0", "s_sum 0.0", #"s{quantile="0.5"} 0.5"#,
                    #"s{quantile="0.9"} 0.9"#, "t_count 1.0", "t_sum 0.0",
                    #"t{quantile="0.5"} 0.5"#, #"t{quantile="0.9"} 0.9"#,
                ]
            )
        }
    }

    @Test func oneSeriesTwiceIsADuplicate() async throws {
        let bench = try await ScrapeBench()
        // The same labels in another order, and with other fields between them.
        let body = Self.family(
            "a",
            Self.gauge(1, ("x", "1"), ("y", "2")),
            Self.gauge(2, ("y", "2"), ("x", "1")),
            {
                $0.label("x", "1")
                $0.message(2) { $0.double(1, 3) }
                $0.label("y", "2")
            },
        )
        for _ in 0..<2 {
            let report = await bench.scrape(protobuf: body)
            #expect(report.counts.duplicates == 2)
            #expect(bench.last == [#"a{x="1", y="2"} 1.0"#])
        }
    }

    @Test func relabelingAndLabelsOfTheTargetApply() async throws {
        let drop = RelabelRule(
            .drop,
            sourceLabels: ["le"],
            pattern: try Pattern("2.0", anchored: true),
        )
        let bench = try await ScrapeBench {
            $0.targetLabels = ["job": "j"]
            $0.metricRelabeling = Relabeling([drop])
        }
        let histogram: (inout ProtobufBuilder) -> Void = {
            $0.label("job", "own")
            $0.message(7) {
                $0.varint(1, 3)
                for bound in [1.0, 2] {
                    $0.message(3) {
                        $0.varint(1, UInt64(bound))
                        $0.double(2, bound)
                    }
                }
            }
        }
        for _ in 0..<2 {
            let report = await bench.scrape(protobuf: Self.family("h", type: 4, histogram))
            #expect(report.counts.scraped == 5 && report.counts.kept == 4)
            let labels = #"exported_job="own", job="j""#
            #expect(
                bench.last == [
                    "h_count{\(labels)} 3.0", "h_sum{\(labels)} 0.0",
                    "h_bucket{\(labels), le=\"1.0\"} 1.0", "h_bucket{\(labels), le=\"+Inf\"} 3.0",
                ]
            )
        }
    }

    @Test func familiesAreDescribed() async throws {
        let bench = try await ScrapeBench()
        let bodies: [([UInt8], String)] = [
            (
                Self.family("a", type: 1, help: "One.", unit: "bytes", Self.gauge(1)),
                "a gauge One.bytes",
            ),
            (
                Self.family("a", type: 1, help: "One.", unit: "bytes", Self.gauge(1)),
                "a gauge One.bytes",
            ),
            (
                Self.family("a", type: 1, help: "Two.", unit: "bytes", Self.gauge(1)),
                "a gauge Two.bytes",
            ),
            (
                Self.family("a", type: 3, help: "Two.", unit: "s", Self.gauge(1)),
                "a unknown Two.s",
            ),
            (
                Self.family("a", type: 1, help: "One.", unit: "bytes", Self.gauge(1)),
                "a gauge One.bytes",
            ),
        ]
        for (body, family) in bodies {
            await bench.scrape(protobuf: body)
            #expect(bench.families["a"] == family)
        }
        await bench.scrape(protobuf: RecordedMetrics.body("summary"))
        #expect(bench.families["rpc_seconds_sum"] == "rpc_seconds summary Latency.")
        #expect(bench.families["rpc_seconds"] == "rpc_seconds summary Latency.")
    }

    /// A target may change its mind about what it speaks.
    @Test func textAndProtobufAreTheSameSeries() async throws {
        let bench = try await ScrapeBench()
        await bench.scrape("# TYPE a gauge\na{x=\"1\"} 1\nb 2\n")
        let report = await bench.scrape(protobuf: Self.family("a", Self.gauge(5, ("x", "1"))))
        #expect(report.counts.added == 0)
        #expect(bench.last == [#"a{x="1"} 5.0"#, "b stale"])
        await bench.scrape("# TYPE a gauge\na{x=\"1\"} 1\nb 2\n")
        #expect(bench.last == [#"a{x="1"} 1.0"#, "b 2.0"])
    }

    // MARK: Limits and faults

    @Test func resolutionIsReducedToTheLimit() async throws {
        let body = Self.family("h", type: 4, Self.native([1, 0, 0, 0], count: 4, schema: 1))
        for (limit, expected) in [
            (0, "1:4; 3:1.5; 4:1; 6:0; 11:1+4; 12:1 0 0 0"),
            (4, "1:4; 3:1.5; 4:1; 6:0; 11:1+4; 12:1 0 0 0"),
            (3, "1:4; 3:1.5; 6:0; 11:1+2; 12:2 0"),
            (1, "1:4; 3:1.5; 4:-1; 6:0; 11:1+1; 12:4"),
        ] {
            let bench = try await ScrapeBench {
                $0.histograms.scrapesNative = true
                $0.histograms.bucketLimit = limit
            }
            await bench.scrape(protobuf: body)
            #expect(bench.lastInFull == ["h 1.5 | \(expected)"], "limit \(limit)")
        }
    }

    @Test func bucketsThatNeverFitFailTheScrape() async throws {
        let bench = try await ScrapeBench {
            $0.histograms.scrapesNative = true
            $0.histograms.bucketLimit = 1
        }
        let body = Self.family("h", type: 4, Self.native([1, 0, 0], count: 3, schema: -4))
        let report = await bench.scrape(protobuf: Self.family("a", Self.gauge(1)) + body)
        #expect(report.failure?.reason == .bucketLimit)
        #expect(
            report.failure?.message.contains("found 3 at the coarsest resolution, in h") == true
        )
        #expect(bench.last == [])
        #expect(bench.lastReport["up"] == 0)
    }

    @Test func bucketsGrowByTheFactor() async throws {
        for (factor, schema) in [(1.1, "4:3"), (1.2, "4:1"), (4, "4:-1")] {
            let bench = try await ScrapeBench {
                $0.histograms.scrapesNative = true
                $0.histograms.minimumBucketFactor = factor
            }
            await bench.scrape(protobuf: Self.family("h", type: 4, Self.native([1], count: 1)))
            let expected = factor == 1.1 ? "4:2" : schema
            #expect(bench.lastInFull == ["h 1.5 | 1:1; 3:1.5; \(expected); 6:0; 11:1+1; 12:1"])
        }
    }

    @Test func classicHistogramsAreConverted() async throws {
        let custom =
            "c 0.000828 {id=7} 4e-05 @1625851153146 | 1:175; 3:0.000828; 4:-53; 6:0; "
            + "11:0+4; 12:2 0 10 147; 16:-0.00048 5e-05 10.0"
        let bench = try await ScrapeBench { $0.histograms.convertsClassic = true }
        for _ in 0..<2 {
            await bench.scrape(protobuf: RecordedMetrics.body("classic"))
            #expect(bench.last == ["c 0.000828"])
        }
        #expect(try await Self.converted("classic") == [custom])
        let floats = try await Self.converted("classic_inf")
        #expect(
            floats == [
                #"ci{a="b"} 50.0 | 2:6.5; 3:50.0; 4:-53; 7:0.0; 11:0+2; 13:2.0 4.5; 16:20.0"#
            ]
        )
        // Of a histogram that is both, the native part is taken when native ones are scraped.
        let both = try await Self.converted("gauge_histogram") { $0.scrapesNative = true }
        #expect(both.count == 1 && both[0].contains("4:3;") && both[0].hasSuffix("14:3"))
        let other = try await Self.converted("gauge_histogram")
        #expect(other.count == 1 && other[0].contains("4:-53;") && other[0].contains("14:3"))
        // Classic ones stay if they are to stay.
        let kept = try await Self.converted("classic") { $0.keepsClassic = true }
        #expect(kept.count == 7 && kept[0] == "c_count 175.0" && kept[6] == custom)
    }

    private static func converted(
        _ body: String,
        _ change: (inout HistogramRules) -> Void = { _ in },
    ) async throws -> [String] {
        let bench = try await ScrapeBench {
            $0.histograms.convertsClassic = true
            change(&$0.histograms)
        }
        await bench.scrape(protobuf: RecordedMetrics.body(body))
        return bench.lastInFull
    }

    struct Flaw: Sendable {
        let body: [UInt8]
        let reason: ScrapeFailure.Reason
        let message: String
    }

    static let flaws = [
        Flaw(
            body: family("h", type: 4, native([1, -2], count: 1)),
            reason: .histogram,
            message: "expected counts of 0 or more, found -1 at bucket 2, in h",
        ),
        Flaw(
            body: family("h", type: 4, native([1, 0], count: 7)),
            reason: .histogram,
            message: "expected 7 observations in all buckets as the count says, found 2, in h",
        ),
        Flaw(
            body: family("h", type: 4, native([1], count: 1) { $0.packed(13, [1] as [Int64]) }),
            reason: .histogram,
            message: "expected 1 buckets on the positive side as the spans say, found 2, in h",
        ),
        Flaw(
            body: family("h", type: 4, native([1], count: 1, schema: 9)),
            reason: .histogram,
            message: "expected a schema from -4 to 8, or -53 for custom buckets, found 9, in h",
        ),
        Flaw(
            body: family("", gauge(1)),
            reason: .parse,
            message:
                "byte 3: expected a family with a name, and name and help in UTF-8, found no name",
        ),
        Flaw(
            body: family("a", gauge(1)) + family("b", { $0.label("", "x") }),
            reason: .parse,
            message: "byte 27: expected a label with a name, both in UTF-8, found no name",
        ),
        Flaw(
            body: family("a", gauge(1, ("x", "1"), ("x", "2"))),
            reason: .labels,
            message:
                #"expected each label once in a series, found x twice in {__name__="a", x="2"}"#,
        ),
        Flaw(
            body: family("a", gauge(1)) + [3, 1],
            reason: .parse,
            message:
                "byte 20: expected 3 bytes more of a MetricFamily, found 1 until the end of the body",
        ),
    ]

    @Test(arguments: flaws.indices) func faultsFailTheScrape(_ index: Int) async throws {
        let flaw = Self.flaws[index]
        let bench = try await ScrapeBench { $0.histograms.scrapesNative = true }
        await bench.scrape(protobuf: Self.family("z", Self.gauge(1)))
        let report = await bench.scrape(protobuf: flaw.body)
        #expect(report.failure?.reason == flaw.reason)
        #expect(report.failure?.message == flaw.message)
        #expect(bench.last == ["z stale"])
    }
}
