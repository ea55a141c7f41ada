import Codecs
import Config
import Pipeline
import Telemetry
import Testing

@testable import Scraping

@Suite struct ScrapeJobOptionsTests {
    private struct Root: ComponentOptions {
        let global: GlobalOptions
        let jobs: [ScrapeJobOptions]
        let files: [String]

        init(from node: inout ConfigNode) throws(ConfigError) {
            self.global = try node.section("global", GlobalOptions.self, "Defaults.")
            (self.jobs, self.files) = ScrapeJobOptions.readAll(
                &node,
                global: self.global,
                discoveries: [
                    .discovery(FileDiscovery.self, "Files."),
                    .discovery(HTTPDiscovery.self, "A URL."),
                    .discovery(DNSDiscovery.self, "Names."),
                ],
            )
        }
    }

    private static func read(_ yaml: String) throws -> (value: Root?, report: ConfigReport) {
        ConfigLoader.read(
            Root.self,
            from: try ConfigDocument.parse(yaml, environment: ["REGION": "eu"]),
        )
    }

    @Test func readsWhatPrometheusReads() throws {
        let (root, report) = try Self.read(
            """
            global:
              scrape_interval: 15s
              external_labels: {cluster: prod, region: "${REGION}", price: "$$5"}
              sample_limit: 7
            scrape_configs:
              - job_name: full
                scrape_interval: 30s
                scrape_timeout: 20s
                metrics_path: /m
                scheme: https
                params: {a: [b]}
                honor_labels: true
                honor_timestamps: false
                sample_limit: 5
                label_limit: 6
                body_size_limit: 10MB
                enable_compression: false
                fallback_scrape_protocol: PrometheusText0.0.4
                follow_redirects: false
                enable_http2: false
                basic_auth: {username: u, password: p}
                tls_config: {ca_file: /ca, insecure_skip_verify: true, server_name: s}
                proxy_url: http://proxy:3128
                static_configs:
                  - targets: ["a:1", "b:2"]
                    labels: {zone: z}
                relabel_configs:
                  - {action: drop, source_labels: [x], regex: y}
                metric_relabel_configs:
                  - {action: labeldrop, regex: pod_uid}
              - job_name: bare
            """
        )
        #expect(report.isEmpty, "\(report)")
        let jobs = try #require(root?.jobs)
        let full = jobs[0]
        #expect(full.interval == .seconds(30) && full.timeout == .seconds(20))
        #expect(full.scheme == .https && full.params == ["a": ["b"]])
        #expect(full.series.honorLabels && !full.series.honorTimestamps)
        #expect(full.series.sampleLimit == 5 && full.series.labelLimit == 6)
        #expect(full.limits.bodySize == 10 << 20)
        #expect(full.series.externalLabels == ["cluster": "prod", "region": "eu", "price": "$5"])
        #expect(
            full.client.connection.authorization
                == .basic(username: .literal("u"), password: .literal("p"))
        )
        #expect(full.client.connection.tls.ca == .file("/ca"))
        #expect(!full.client.connection.followRedirects)
        #expect(full.staticTargets == [.init(["a:1", "b:2"], labels: ["zone": "z"])])
        #expect(full.relabeling.rules.count == 1)
        #expect(full.series.metricRelabeling.rules.count == 1)
        let bare = jobs[1]
        #expect(bare.interval == .seconds(15) && bare.timeout == .seconds(10))
        #expect(bare.series.sampleLimit == 7)
        #expect(bare.protocols == ScrapeProtocol.standard)
    }

    @Test func aShortIntervalShortensTheTimeout() throws {
        let (root, report) = try Self.read(
            "global: {scrape_interval: 5s}\nscrape_configs: [{job_name: a, scrape_interval: 2s}]"
        )
        #expect(report.isEmpty)
        #expect(root?.global.scrapeTimeout == .seconds(5))
        #expect(root?.jobs[0].timeout == .seconds(2))
    }

    @Test(
        arguments: [
            ("scrape_configs: [{job_name: a}, {job_name: a}]", "no other job has"),
            ("scrape_configs: [{job_name: a, scrape_timeout: 5m}]", "at most the interval"),
            ("scrape_configs: [{}]", "job_name"),
            ("scrape_configs: [{job_name: a, scrape_intervall: 5s}]", "scrape_interval"),
            ("scrape_configs: [{job_name: a, scheme: ftp}]", "http, https"),
            (
                "scrape_configs: [{job_name: a, static_configs: [{targets: ['http://x/y']}]}]",
                "metrics_path",
            ),
            (
                "scrape_configs: [{job_name: a, basic_auth: {username: u}, bearer_token: t}]",
                "at most one way to authorize",
            ),
            ("scrape_configs: [{job_name: a, tls_config: {cert_file: /x}}]", "key_file"),
            ("global: {scrape_timeout: 5m}", "at most scrape_interval"),
        ]
    )
    func refuses(_ yaml: String, _ word: String) throws {
        let (root, report) = try Self.read(yaml)
        #expect(root == nil)
        #expect(report.errors.contains { $0.description.contains(word) }, "\(report)")
    }

    @Test func whatIsNotHonouredIsNamed() throws {
        let (root, report) = try Self.read(
            """
            global: {evaluation_interval: 15s}
            scrape_configs:
              - job_name: a
                kubernetes_sd_configs: [{role: pod}]
            """
        )
        #expect(root != nil)
        let named = report.warnings.map(\.description)
        for word in [
            "evaluation_interval", "kubernetes_sd_configs",
        ] {
            #expect(named.contains { $0.contains(word) }, "\(word)")
        }
    }

    @Test func everyKeyHasALineInTheReference() throws {
        let reference = try ConfigReference.record(Root.self)
        let paths = Set(reference.entries.map(\.path))
        #expect(paths.contains("scrape_configs[].static_configs[].targets"))
        #expect(paths.contains("scrape_configs[].metric_relabel_configs[].regex"))
        #expect(paths.contains("global.external_labels"))
    }
}
