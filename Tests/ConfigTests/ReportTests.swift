import Testing

@testable import Config

@Suite
struct ReportTests {
    @Test func `all problems of a file come in one run, in file order`() throws {
        let text = """
            global:
              scrape_interval: 15
              scrape_timeot: 10s
            scrape_configs:
            - job_name: a
              scheme: htp
            - metrics_path: /m
              honor_labels: perhaps
            remote_write: {url: x}
            rule_files: [x]
            """
        let reading = try Reading(text) { node throws(ConfigError) in
            node.unsupported("rule_files", "no rules")
            _ = node.sections("remote_write", NoOptions.self, "")
            _ = node.sections("scrape_configs", "") { node in
                _ = node.bool("honor_labels", "")
                _ = node.string("metrics_path", "")
                _ = node.value("scheme", .choice(of: ["http", "https"]), "")
                _ = node.requiredString("job_name", "")
            }
            try node.section("global", "") { node in
                _ = node.duration("scrape_timeout", "")
                _ = node.duration("scrape_interval", "")
            }
        }
        #expect(reading.value == nil)
        let starts = reading.problems.map { $0.prefix { $0 != " " } }
        #expect(
            starts == [
                "m.yaml:2:20:", "m.yaml:3:3:", "m.yaml:6:11:", "m.yaml:7:3:", "m.yaml:8:17:",
                "m.yaml:9:15:", "m.yaml:10:13:",
            ]
        )
    }

    @Test func `warnings leave the value`() throws {
        let reading = try Reading("a: 1") { node in
            node.warn("a", "hm")
            return node.int("a", "")
        }
        #expect(reading.value == 1)
        #expect(reading.problems.count == 1)
    }

    @Test func `a flood is cut and counted`() throws {
        let text = (0..<5000).map { "key\($0): 1\n" }.joined()
        let document = try ConfigDocument.parse(text)
        let (value, report) = ConfigLoader.read(NoOptions.self, from: document)
        #expect(value == nil)
        #expect(report.problems.count == ConfigLimits.problems)
        #expect(report.omitted == 4900)
        #expect(report.description.hasSuffix("\nand 4900 more problems"))
    }

    @Test func `a problem that is found twice is told once`() throws {
        let reading = try Reading("a: x") { node in
            _ = node.int("a", "")
            _ = node.int("a", "")
        }
        #expect(reading.problems.count == 1)
    }

    @Test func `long and strange values are cut and escaped`() throws {
        let value = String(repeating: "ü", count: 100)
        let reading = try Reading("a: \(value)\nb: \"\\x7f\\\"\\\\\\u2028\"") { node in
            _ = node.int("a", "")
            _ = node.int("b", "")
        }
        let shown = String(repeating: "ü", count: 60)
        #expect(reading.problems.first?.hasSuffix("found \"\(shown)…\"") == true)
        #expect(reading.problems.last?.hasSuffix(#"found "\u{7f}\"\\\#u{2028}""#) == true)
    }

    @Test func `places are written as compilers write them`() {
        let location = ConfigLocation(file: "a/b.yaml", line: 3, column: 7, path: "x.y")
        #expect(
            ConfigProblem(at: location, "expected a, found b", remedy: "do c").description
                == "a/b.yaml:3:7: error: x.y: expected a, found b; do c"
        )
        #expect(
            ConfigProblem(.warning, at: ConfigLocation(file: "f"), "hm").description
                == "f: warning: hm"
        )
    }

    @Test func `problems of the built-in defaults say so`() throws {
        let (_, report) = ConfigLoader.read(from: .defaults(environment: [:])) { node in
            node.requiredString("x", "")
        }
        #expect(report.description.hasPrefix("built-in defaults: error: x: expected a text"))
    }

    @Test func `a file that can't be loaded is in the report`() {
        let (value, report) = ConfigLoader.load(
            NoOptions.self,
            path: "/nonexistent",
            environment: [:],
        )
        #expect(value == nil)
        #expect(report.hasErrors)
        #expect(report.errors.count == 1)
        #expect(report.warnings.isEmpty)
    }
}
