import AgentTesting
import Telemetry
import Testing

@testable import Scraping

/// What becomes of bodies that Google's library wrote: the cases of Prometheus's
/// `TestProtobufParse`, under each of the options about histograms.
@Suite struct ProtobufBodyReaderTests {
    /// The native part of the recorded histograms of whole numbers.
    private static let integers =
        "1:18; 3:0.5; 4:3; 5:1e-39; 6:2; 8:-162+1 23+4; 9:1 3 -2 -1 1; 11:-161+1 8+3; 12:1 2 -2 0"
    private static let floats =
        "2:18.5; 3:0.5; 4:3; 5:1e-39; 7:2.5; 8:-162+1 23+4; 10:1.0 4.0 2.0 1.0 2.0; "
        + "11:-161+1 8+3; 13:1.0 3.0 1.0 1.0"
    private static let bucketExemplar = " {trace_id=a1} -0.3 @1625851155146"

    private static func classic(_ name: String, count: String) -> [String] {
        [
            "\(name)_count \(count)", "\(name)_sum 0.5", "\(name)_bucket{le=\"-0.5\"} 2.0",
            "\(name)_bucket{le=\"-0.25\"} 4.0\(Self.bucketExemplar)",
            "\(name)_bucket{le=\"1.0\"} 12.0 {trace_id=b2} 0.9 @2000000",
            "\(name)_bucket{le=\"+Inf\"} \(count)",
        ]
    }

    struct Case: Sendable {
        let body: String
        /// With all options off, with native histograms, and with native and classic ones.
        var plain: [String] = []
        var native: [String]?
        var both: [String]?
    }

    static let cases = [
        Case(body: "gauge", plain: [#"build_info{path="example.com/x", version="1\n2"} 1.0"#]),
        Case(
            body: "counter",
            plain: ["alloc_bytes_total 1546544.0 {a=2,z=1} 12.0 @1625851151233"],
        ),
        Case(body: "untyped", plain: ["something 42.0 @1234567"]),
        Case(
            body: "histogram",
            plain: classic("h", count: "18.0"),
            native: ["h 0.5\(bucketExemplar) | \(integers)"],
            both: ["h 0.5\(bucketExemplar) | \(integers)"] + classic("h", count: "18.0"),
        ),
        Case(
            body: "gauge_histogram",
            plain: classic("gh", count: "18.0"),
            native: ["gh 0.5\(bucketExemplar) | \(integers); 14:3"],
            both: ["gh 0.5\(bucketExemplar) | \(integers); 14:3"] + classic("gh", count: "18.0"),
        ),
        Case(
            body: "float_histogram",
            plain: classic("fh", count: "18.5"),
            native: ["fh 0.5\(bucketExemplar) | \(floats)"],
            both: ["fh 0.5\(bucketExemplar) | \(floats)"] + classic("fh", count: "18.5"),
        ),
        Case(
            body: "gauge_float_histogram",
            plain: classic("gfh", count: "18.5"),
            native: ["gfh 0.5\(bucketExemplar) | \(floats); 14:3"],
            both: ["gfh 0.5\(bucketExemplar) | \(floats); 14:3"] + classic("gfh", count: "18.5"),
        ),
        Case(
            body: "classic",
            plain: [
                "c_count 175.0", "c_sum 0.000828", #"c_bucket{le="-0.00048"} 2.0"#,
                #"c_bucket{le="5e-05"} 4.0 {id=7} 4e-05 @1625851153146"#,
                #"c_bucket{le="10.0"} 16.0 {id=8} 9.0 @2000000"#, #"c_bucket{le="+Inf"} 175.0"#,
            ],
        ),
        Case(
            body: "classic_inf",
            plain: [
                #"ci_count{a="b"} 6.5"#, #"ci_sum{a="b"} 50.0"#,
                #"ci_bucket{a="b", le="20.0"} 2.0"#, #"ci_bucket{a="b", le="+Inf"} 6.5"#,
            ],
        ),
        Case(
            body: "two",
            plain: [
                #"two_count{foo="bar"} 5.0"#, #"two_sum{foo="bar"} 12.1"#,
                #"two_bucket{foo="bar", le="1.1"} 2.0"#, #"two_bucket{foo="bar", le="+Inf"} 5.0"#,
                #"two_count{foo="baz"} 6.0"#, #"two_sum{foo="baz"} 13.1"#,
                #"two_bucket{foo="baz", le="1.1"} 1.0"#, #"two_bucket{foo="baz", le="+Inf"} 6.0"#,
            ],
            native: [
                #"two{foo="bar"} 12.1 | 1:5; 3:12.1; 4:3; 6:0; 11:8+2; 12:2 1"#,
                #"two{foo="baz"} 13.1 | 1:6; 3:13.1; 4:3; 6:0; 11:8+2; 12:1 4"#,
            ],
            both: [
                #"two{foo="bar"} 12.1 | 1:5; 3:12.1; 4:3; 6:0; 11:8+2; 12:2 1"#,
                #"two_count{foo="bar"} 5.0"#, #"two_sum{foo="bar"} 12.1"#,
                #"two_bucket{foo="bar", le="1.1"} 2.0"#, #"two_bucket{foo="bar", le="+Inf"} 5.0"#,
                #"two{foo="baz"} 13.1 | 1:6; 3:13.1; 4:3; 6:0; 11:8+2; 12:1 4"#,
                #"two_count{foo="baz"} 6.0"#, #"two_sum{foo="baz"} 13.1"#,
                #"two_bucket{foo="baz", le="1.1"} 1.0"#, #"two_bucket{foo="baz", le="+Inf"} 6.0"#,
            ],
        ),
        Case(
            body: "summary",
            plain: [
                #"rpc_seconds_count{service="x"} 262.0"#, #"rpc_seconds_sum{service="x"} 0.25"#,
                #"rpc_seconds{quantile="0.5", service="x"} 6.4e-07"#,
                #"rpc_seconds{quantile="1.0", service="x"} nan(0x1)"#,
            ],
        ),
        Case(body: "no_quantiles", plain: ["bare_count 42.0", "bare_sum 1.5"]),
        Case(
            body: "empty_histogram",
            plain: ["none_count 0.0", "none_sum 0.0", #"none_bucket{le="+Inf"} 0.0"#],
            native: ["none 0.0 | 1:0; 6:0"],
        ),
        Case(body: "created_counter", plain: ["cc 42.0 since 1625851153146"]),
        Case(
            body: "created_summary",
            plain: ["cs_count 42.0 since 1625851153146", "cs_sum 0.0 since 1625851153146"],
        ),
        Case(
            body: "created_histogram",
            plain: [
                "ch_count 0.0 since 1625851153146", "ch_sum 0.0 since 1625851153146",
                #"ch_bucket{le="+Inf"} 0.0 since 1625851153146"#,
            ],
            native: ["ch 0.0 since 1625851153146 | 1:0; 6:0"],
        ),
        Case(
            body: "native_exemplars",
            plain: classic("ne", count: "18.0"),
            native: [
                "ne 0.5 {id=1} -0.39 @1625851155146 {id=3} -0.52 @1625851160156 | \(integers)"
            ],
            both: [
                "ne 0.5 {id=1} -0.39 @1625851155146 {id=3} -0.52 @1625851160156 | \(integers)"
            ] + classic("ne", count: "18.0"),
        ),
        Case(
            body: "no_times",
            plain: classic("nt", count: "18.0"),
            native: ["nt 0.5 | \(integers)"],
            both: ["nt 0.5 | \(integers)"] + classic("nt", count: "18.0"),
        ),
        Case(body: "no_metrics"),
    ]

    @Test(arguments: cases.indices) func readsWhatGoogleWrote(_ index: Int) async throws {
        let example = Self.cases[index]
        let body = RecordedMetrics.body(example.body)
        #expect(!body.isEmpty)
        let native = example.native ?? example.plain
        let expected = [
            (false, false, example.plain), (true, false, native),
            (true, true, example.both ?? native), (false, true, example.plain),
        ]
        for (scrapesNative, keepsClassic, samples) in expected {
            let bench = try await ScrapeBench {
                $0.histograms.scrapesNative = scrapesNative
                $0.histograms.keepsClassic = keepsClassic
            }
            // Again, when the series are known: labels are not read then.
            for round in 0..<2 {
                let report = await bench.scrape(protobuf: body)
                #expect(report.failure == nil)
                #expect(report.counts.scraped == samples.count)
                #expect(report.counts.added == (round == 0 ? samples.count : 0))
                if round == 0 { #expect(bench.lastInFull == samples, "\(example.body)") }
            }
            #expect(
                bench.last.map(Self.name) == (Self.hasTime(samples) ? [] : samples.map(Self.name))
            )
        }
    }

    private static func name(_ sample: String) -> Substring { sample.prefix { $0 != " " } }

    /// A sample with a time of its own is not stored twice.
    private static func hasTime(_ samples: [String]) -> Bool {
        samples == ["something 42.0 @1234567"]
    }

    /// The same series as of the text that the same program writes.
    @Test func readsWhatAProgramInGoWrote() async throws {
        let bench = try await ScrapeBench()
        let report = await bench.scrape(protobuf: RecordedMetrics.body("prometheus"))
        #expect(report.failure == nil)
        let text = try await ScrapeBench()
        let bounds = [
            "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10",
        ]
        let histogram = "prometheus_tsdb_tombstone_cleanup_seconds"
        let buckets = bounds.map { "\(histogram)_bucket{le=\"\($0)\"} 0\n" }.joined()
        await text.scrape(
            """
            # HELP go_gc_duration_seconds A summary of the pause duration of garbage collection \
            cycles.
            # TYPE go_gc_duration_seconds summary
            go_gc_duration_seconds{quantile="0"} 1.4742e-05
            go_gc_duration_seconds{quantile="0.25"} 5.1756e-05
            go_gc_duration_seconds{quantile="0.5"} 5.5912e-05
            go_gc_duration_seconds{quantile="0.75"} 9.3068e-05
            go_gc_duration_seconds{quantile="1"} 9.3068e-05
            go_gc_duration_seconds_sum 0.000215478
            go_gc_duration_seconds_count 4
            # HELP go_info Information about the Go environment.
            # TYPE go_info gauge
            go_info{version="go1.19.8"} 1
            # HELP go_memstats_alloc_bytes_total Total number of bytes allocated, even if freed.
            # TYPE go_memstats_alloc_bytes_total counter
            go_memstats_alloc_bytes_total 14233144
            # HELP \(histogram) The time taken to recompact blocks to remove tombstones.
            # TYPE \(histogram) histogram
            \(buckets)\(histogram)_bucket{le="+Inf"} 0
            \(histogram)_sum 0
            \(histogram)_count 0

            """
        )
        #expect(text.last.count == 23)
        #expect(bench.last.sorted() == text.last.sorted())
        #expect(bench.families == text.families)
    }
}
