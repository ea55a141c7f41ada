import Config
import Pipeline
import Telemetry
import Testing

@testable import Scraping

@Suite struct TargetBuilderTests {
    private static func read(
        _ yaml: String
    ) throws -> (value: [ScrapeJobOptions]?, report: ConfigReport) {
        let indented = yaml.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
        let document = try ConfigDocument.parse("scrape_configs:\n  -\n\(indented)\n")
        return ConfigLoader.read(from: document) { node throws(ConfigError) in
            ScrapeJobOptions.readAll(&node, global: GlobalOptions(), discoveries: []).jobs
        }
    }

    private static func job(_ yaml: String) throws -> ScrapeJobOptions {
        let (jobs, report) = try Self.read(yaml)
        return try #require(jobs?.first, "\(report)")
    }

    private static func build(_ yaml: String, _ labels: LabelSet) throws -> TargetBuilder.Result {
        var builder = TargetBuilder(try Self.job(yaml))
        return builder.build(labels)
    }

    private static func target(_ yaml: String, _ labels: LabelSet) throws -> ScrapeTarget {
        guard case .target(let target) = try Self.build(yaml, labels) else {
            throw ScrapeFailure(.labels, "the target was dropped")
        }
        return target
    }

    @Test func defaultsAreFilledIn() throws {
        let target = try Self.target("job_name: j", ["__address__": "host:9100"])
        #expect(target.url == "http://host:9100/metrics")
        #expect(target.labels == ["instance": "host:9100", "job": "j"])
        #expect(target.interval == .seconds(60) && target.timeout == .seconds(10))
        #expect(target.discovered["__metrics_path__"] == "/metrics")
    }

    @Test func labelsOfTheTargetComeFirst() throws {
        let target = try Self.target(
            "job_name: j",
            [
                "__address__": "host:9100", "job": "own", "instance": "me", "__scheme__": "https",
                "__metrics_path__": "/probe", "__scrape_interval__": "5s",
                "__scrape_timeout__": "3s", "__meta_x": "gone", "zone": "a",
            ],
        )
        #expect(target.url == "https://host:9100/probe")
        #expect(target.labels == ["instance": "me", "job": "own", "zone": "a"])
        #expect(target.interval == .seconds(5) && target.timeout == .seconds(3))
    }

    @Test func aSocketCanTakeTheHostsPlace() throws {
        let target = try Self.target(
            "job_name: j",
            ["__address__": "agent:80", "__unix_socket__": "/run/agent.sock"],
        )
        #expect(target.unixSocket == "/run/agent.sock" && target.url == "http://agent:80/metrics")
        #expect(target.labels == ["instance": "agent:80", "job": "j"])
    }

    @Test(
        arguments: [
            // Defaults are filled in where a label is absent or empty, and only there.
            ("params: {a: [b]}", [("__param_a", "own")], "h:1/metrics?a=own", ["job": "j"]),
            ("params: {a: [b, c]}", [], "h:1/metrics?a=b&a=c", ["job": "j"]),
            ("params: {a: []}", [], "h:1/metrics", ["job": "j"]),
            ("metrics_path: /m", [("__metrics_path__", "")], "h:1/m", ["job": "j"]),
            ("scheme: https", [("job", "")], "h:1/metrics", ["job": "j"]),
            ("honor_labels: true", [("job", "k"), ("__x", "y")], "h:1/metrics", ["job": "k"]),
            // What begins with two underscores is gone afterwards.
            (
                "relabel_configs: [{source_labels: [__meta_a], target_label: __b},"
                    + " {source_labels: [__b], target_label: c}]",
                [("__meta_a", "v")], "h:1/metrics", ["job": "j", "c": "v"],
            ),
            // A rule that takes `job` or `instance` away leaves `instance` to the address.
            (
                "relabel_configs: [{action: labeldrop, regex: job}]", [("instance", "x")],
                "h:1/metrics", ["instance": "x"],
            ),
            // A rule on the address moves the URL and the instance.
            (
                "relabel_configs: [{target_label: __address__, replacement: 'p:2'}]", [],
                "p:2/metrics", ["job": "j", "instance": "p:2"],
            ),
        ] as [(String, [(String, String)], String, LabelSet)]
    )
    func precedence(
        _ yaml: String,
        _ own: [(String, String)],
        _ url: String,
        _ labels: LabelSet,
    ) throws {
        var discovered: LabelSet = ["__address__": "h:1"]
        for (name, value) in own { discovered[name] = value }
        let target = try Self.target("job_name: j\n\(yaml)", discovered)
        var expected = labels
        if expected["instance"] == nil { expected["instance"] = "h:1" }
        #expect(target.labels == expected)
        #expect(target.url.hasSuffix("://\(url)"), "\(target.url)")
    }

    @Test func addressesAreCheckedInListsWithoutRulesOnly() throws {
        let list = "static_configs: [{targets: ['https://example.org/']}]"
        let rules = "relabel_configs: [{target_label: __address__, replacement: 'p:1'}]"
        #expect(try Self.read("job_name: j\n\(list)").report.hasErrors)
        #expect(try !Self.read("job_name: j\n\(list)\n\(rules)").report.hasErrors)
    }

    @Test func parametersAreWrittenIntoTheURL() throws {
        let target = try Self.target(
            "job_name: j\nparams: {module: [http 2xx, tcp], a: [b&c]}\nmetrics_path: probe",
            ["__address__": "h:1", "__param_module": "icmp", "__param_target": "https://x/?y=1"],
        )
        #expect(
            target.url == "http://h:1/probe?a=b%26c&module=icmp&module=tcp"
                + "&target=https%3A%2F%2Fx%2F%3Fy%3D1"
        )
    }

    @Test func relabelingMovesTheAddress() throws {
        let yaml = """
            job_name: blackbox
            relabel_configs:
              - {source_labels: [__address__], target_label: __param_target}
              - {source_labels: [__param_target], target_label: instance}
              - {target_label: __address__, replacement: "prober:9115"}
            """
        let target = try Self.target(yaml, ["__address__": "https://example.org/"])
        #expect(target.url == "http://prober:9115/metrics?target=https%3A%2F%2Fexample.org%2F")
        #expect(target.labels["instance"] == "https://example.org/")
    }

    @Test func theRuleThatDropsIsNamed() throws {
        let yaml = """
            job_name: j
            relabel_configs:
              - {source_labels: [zone], target_label: z}
              - {source_labels: [z], regex: b, action: keep}
            """
        guard case .dropped(let dropped) = try Self.build(yaml, ["__address__": "h:1"]) else {
            Issue.record("expected the target to be dropped")
            return
        }
        #expect(dropped.rule == 1 && dropped.error.isEmpty && dropped.job == "j")
    }

    @Test(
        arguments: [
            ([:], "__address__"), (["__address__": "h/x"], "host:port"),
            (["__address__": "h", "__scrape_interval__": "0s"], "__scrape_interval__"),
            (["__address__": "h", "__scrape_timeout__": "soon"], "__scrape_timeout__"),
            (["__address__": "h", "__scrape_timeout__": "2m"], "at most"),
        ] as [(LabelSet, String)]
    )
    func refuses(_ labels: LabelSet, _ word: String) throws {
        guard case .dropped(let dropped) = try Self.build("job_name: j", labels) else {
            Issue.record("expected an error")
            return
        }
        #expect(dropped.rule == nil && dropped.error.contains(word))
    }
}
