import AgentTesting
import Codecs
import Config
import Pipeline
import Telemetry
import Testing

@testable import Scraping

@Suite struct NameOptionsTests {
    private struct Root: ComponentOptions {
        let jobs: [ScrapeJobOptions]

        init(from node: inout ConfigNode) throws(ConfigError) {
            let global = try node.section("global", GlobalOptions.self, "Defaults.")
            self.jobs =
                ScrapeJobOptions.readAll(&node, global: global, discoveries: []).jobs
        }
    }

    private static func read(
        _ global: String,
        _ job: String,
    ) throws -> (value: Root?, report: ConfigReport) {
        ConfigLoader.read(
            Root.self,
            from: try ConfigDocument.parse(
                "global: {\(global)}\nscrape_configs: [{job_name: a\(job)}]\n",
                environment: [:],
            ),
        )
    }

    private static let legacy = "metric_name_validation_scheme: legacy"
    private static let utf8 = "metric_name_validation_scheme: utf8"

    /// Prometheus's cases, `config_test.go`, `TestScrapeProtocolHeader` and the tests of schemes.
    @Test(
        arguments: [
            ("", "", .utf8, .allowUTF8), (legacy, "", .legacy, .underscores),
            ("", ", " + legacy, .legacy, .underscores), (legacy, ", " + utf8, .utf8, .allowUTF8),
            (legacy + ", metric_name_escaping_scheme: values", "", .legacy, .values),
            (
                "metric_name_escaping_scheme: dots", ", " + legacy, .legacy,
                // A job with its own validation does not take over the global escaping.
                .underscores,
            ),
            ("metric_name_escaping_scheme: dots", "", .utf8, .dots),
            ("", ", metric_name_escaping_scheme: values", .utf8, .values),
            ("metric_name_escaping_scheme: allow-utf-8", ", " + legacy, .legacy, .underscores),
        ] as [(String, String, NameOptions.Validation, NameOptions.Escaping)]
    )
    func schemesAreInherited(
        _ global: String,
        _ job: String,
        _ validation: NameOptions.Validation,
        _ escaping: NameOptions.Escaping,
    ) throws {
        let (root, report) = try Self.read(global, job)
        #expect(report.isEmpty, "\(report)")
        let options = try #require(root?.jobs.first)
        #expect(options.names.validation == validation && options.names.escaping == escaping)
        #expect(options.series.legacyNames == (validation == .legacy))
        #expect(options.relabeling.legacyNames == (validation == .legacy))
    }

    @Test(
        arguments: [
            ("", ", metric_name_validation_scheme: ascii", "utf8, legacy"),
            ("", ", metric_name_escaping_scheme: none", "allow-utf-8"),
            ("", ", \(legacy), metric_name_escaping_scheme: allow-utf-8", "found allow-utf-8"),
            ("\(legacy), metric_name_escaping_scheme: allow-utf-8", "", "found allow-utf-8"),
        ]
    )
    func refuses(_ global: String, _ job: String, _ word: String) throws {
        let (root, report) = try Self.read(global, job)
        #expect(root == nil)
        #expect(report.errors.contains { $0.description.contains(word) }, "\(report)")
    }

    @Test(arguments: ["allow-utf-8", "underscores", "dots", "values"])
    func theEscapingIsAskedFor(_ escaping: String) throws {
        let (root, _) = try Self.read("", ", metric_name_escaping_scheme: \(escaping)")
        let names = try #require(root?.jobs.first?.names)
        let accept = ScrapeProtocol.accept([.openMetrics1], escaping: names.escaping.rawValue)
        #expect(
            accept == "application/openmetrics-text;version=1.0.0;escaping=\(escaping);q=0.6,"
                + "*/*;q=0.5"
        )
    }

    @Test(
        arguments: [
            ("a:b_9{c_1=\"ü\"} 1", true, true), ("{\"a.b\"} 1", true, false),
            ("a{\"c.d\"=\"1\"} 1", true, false), ("{\"9a\"} 1", true, false),
            ("a{\"c:d\"=\"1\"} 1", true, false), ("{\"é\"} 1", true, false),
            ("{\"a\\n\"} 1", true, false), ("{\"\"} 1", false, false),
        ]
    )
    func namesAreHeldToTheScheme(
        _ line: String,
        _ isValid: Bool,
        _ isLegacy: Bool,
    ) async throws {
        for (legacyNames, isGood) in [(false, isValid), (true, isLegacy)] {
            let bench = try await ScrapeBench { $0.legacyNames = legacyNames }
            let report = await bench.scrape(line)
            #expect((report.failure == nil) == isGood, "\(report)")
            if !isGood { #expect(report.failure?.reason == .labels) }
            #expect(bench.last.count == (isGood ? 1 : 0))
        }
    }
}
