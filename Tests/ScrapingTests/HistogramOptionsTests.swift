import Codecs
import Config
import Telemetry
import Testing

@testable import Scraping

/// The keys about histograms, their defaults, and the labels that change them for a target.
@Suite struct HistogramOptionsTests {
    private struct Root: ComponentOptions {
        let jobs: [ScrapeJobOptions]

        init(from node: inout ConfigNode) throws(ConfigError) {
            let global = try node.section("global", GlobalOptions.self, "Defaults.")
            self.jobs = ScrapeJobOptions.readAll(&node, global: global, discoveries: []).jobs
        }
    }

    private static func job(
        global: String = "{}",
        _ keys: String,
    ) throws -> (job: ScrapeJobOptions?, report: ConfigReport) {
        let yaml = "global: \(global)\nscrape_configs: [{job_name: a\(keys)}]\n"
        let (root, report) = ConfigLoader.read(Root.self, from: try ConfigDocument.parse(yaml))
        return (root?.jobs.first, report)
    }

    struct Case: Sendable {
        var global = "{}"
        var keys = ""
        var scrapesNative = false
        var keepsClassic = false
        var convertsClassic = false
        var protocols = ScrapeProtocol.standard
    }

    private static let protobufFirst = [ScrapeProtocol.protobuf] + ScrapeProtocol.standard

    static let cases = [
        Case(),
        Case(
            keys: ", scrape_native_histograms: true",
            scrapesNative: true,
            protocols: protobufFirst,
        ),
        Case(
            global: "{scrape_native_histograms: true}",
            scrapesNative: true,
            protocols: protobufFirst,
        ),
        Case(
            global: "{scrape_native_histograms: true}",
            keys: ", scrape_native_histograms: false",
        ),
        // What is said of protocols holds, whatever histograms want.
        Case(
            keys: ", scrape_native_histograms: true, scrape_protocols: [PrometheusText0.0.4]",
            scrapesNative: true,
            protocols: [.text0],
        ),
        Case(
            global: "{scrape_native_histograms: true, scrape_protocols: [OpenMetricsText1.0.0]}",
            scrapesNative: true,
            protocols: [.openMetrics1],
        ),
        Case(
            global: "{scrape_protocols: [OpenMetricsText1.0.0]}",
            keys: ", scrape_protocols: [PrometheusProto, PrometheusText1.0.0]",
            protocols: [.protobuf, .text1],
        ),
        Case(keys: ", always_scrape_classic_histograms: true", keepsClassic: true),
        Case(keys: ", scrape_classic_histograms: true", keepsClassic: true),
        Case(
            global: "{scrape_classic_histograms: true}",
            keys: ", always_scrape_classic_histograms: false",
        ),
        Case(
            global:
                "{always_scrape_classic_histograms: true, convert_classic_histograms_to_nhcb: true}",
            keepsClassic: true,
            convertsClassic: true,
        ),
        Case(
            global: "{convert_classic_histograms_to_nhcb: true}",
            keys: ", convert_classic_histograms_to_nhcb: false",
        ),
    ]

    @Test(arguments: cases.indices) func keysAreRead(_ index: Int) throws {
        let example = Self.cases[index]
        let (job, report) = try Self.job(global: example.global, example.keys)
        let rules = try #require(job?.series.histograms, "\(report)")
        #expect(rules.scrapesNative == example.scrapesNative)
        #expect(rules.keepsClassic == example.keepsClassic)
        #expect(rules.convertsClassic == example.convertsClassic)
        #expect(rules.bucketLimit == 0 && rules.minimumBucketFactor == 0)
        #expect(job?.protocols == example.protocols)
        #expect(report.warnings.isEmpty)
    }

    @Test func limitsAreRead() throws {
        let (job, _) = try Self.job(
            ", native_histogram_bucket_limit: 160, native_histogram_min_bucket_factor: 1.1"
        )
        #expect(job?.series.histograms.bucketLimit == 160)
        #expect(job?.series.histograms.minimumBucketFactor == 1.1)
    }

    @Test(arguments: [
        ("{}", ", native_histogram_bucket_limit: -1", "0"),
        ("{}", ", scrape_native_histograms: maybe", "true or false"),
        ("{}", ", scrape_protocols: []", "at least one"),
        ("{}", ", scrape_protocols: [PrometheusProto, PrometheusProto]", "once"),
        ("{scrape_protocols: []}", "", "at least one"),
        // Only jobs have these.
        ("{native_histogram_bucket_limit: 1}", "", "native_histogram_bucket_limit"),
    ])
    func refuses(_ global: String, _ keys: String, _ word: String) throws {
        let (_, report) = try Self.job(global: global, keys)
        #expect(report.errors.contains { $0.description.contains(word) }, "\(report)")
    }

    @Test func protobufIsAskedForFirst() {
        #expect(
            ScrapeProtocol.accept(Self.protobufFirst)
                == "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
                + "encoding=delimited;q=0.6,"
                + "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
                + "application/openmetrics-text;version=0.0.1;q=0.4,"
                + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,"
                + "text/plain;version=0.0.4;q=0.2,*/*;q=0.1"
        )
    }

    // MARK: Labels of a target

    private static func build(_ keys: String, _ labels: LabelSet) throws -> TargetBuilder.Result {
        let job = try #require(try Self.job(keys).job)
        var labels = labels
        labels["__address__"] = "host:1"
        var builder = TargetBuilder(job)
        return builder.build(labels)
    }

    @Test func labelsDecideForATarget() throws {
        let keys = ", scrape_native_histograms: true, native_histogram_bucket_limit: 9"
        let cases: [(LabelSet, Bool, Bool, Bool)] = [
            ([:], true, false, false),
            (["__scrape_native_histograms__": "f"], false, false, false),
            (["__always_scrape_classic_histograms__": "1"], true, true, false),
            (["__convert_classic_histograms_to_nhcb__": "True"], true, false, true),
        ]
        for (labels, scrapesNative, keepsClassic, convertsClassic) in cases {
            guard case .target(let target) = try Self.build(keys, labels) else {
                Issue.record("dropped")
                continue
            }
            #expect(target.histograms.scrapesNative == scrapesNative)
            #expect(target.histograms.keepsClassic == keepsClassic)
            #expect(target.histograms.convertsClassic == convertsClassic)
            #expect(target.histograms.bucketLimit == 9)
            #expect(target.labels == ["instance": "host:1", "job": "a"])
        }
    }

    @Test func relabelingSeesTheDefaults() throws {
        guard case .target(let target) = try Self.build("", [:]) else {
            Issue.record("dropped")
            return
        }
        #expect(target.discovered["__scrape_native_histograms__"] == "false")
        #expect(target.discovered["__always_scrape_classic_histograms__"] == "false")
        #expect(target.discovered["__convert_classic_histograms_to_nhcb__"] == "false")
    }

    @Test func aLabelThatIsNeitherDropsTheTarget() throws {
        let result = try Self.build("", ["__scrape_native_histograms__": "yes"])
        guard case .dropped(let target) = result else {
            Issue.record("not dropped")
            return
        }
        #expect(
            target.error
                == "expected true or false in __scrape_native_histograms__, found yes"
        )
    }
}
