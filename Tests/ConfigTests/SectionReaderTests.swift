import Testing

@testable import Config

/// Sections inside sections, alone, switched, in lists, by name and by type.
@Suite
struct SectionReaderTests {
    struct TLS: ComponentOptions {
        let ca: String
        let verify: Bool

        init(from node: inout ConfigNode) throws(ConfigError) {
            self.ca = node.string("ca_file", default: "none", "")
            self.verify = node.bool("verify", default: true, "")
        }
    }

    /// Refuses what no reader can see by itself.
    struct Strict: ComponentOptions {
        let low: Int
        let high: Int

        init(from node: inout ConfigNode) throws(ConfigError) {
            self.low = node.int("low", default: 1, "")
            self.high = node.int("high", default: 2, "")
            if self.low > self.high {
                throw ConfigError(at: node.location(of: "low"), "expected low up to high")
            }
        }
    }

    @Test func `a section that is absent has its defaults`() throws {
        for text in ["{}", "tls:", "tls: {}"] {
            let reading = try Reading(text) { node throws(ConfigError) in
                try node.section("tls", TLS.self, "")
            }
            #expect(reading.value?.ca == "none")
            #expect(reading.problems.isEmpty)
        }
    }

    @Test func `an optional section is there only as a mapping`() throws {
        for (text, isThere) in [("{}", false), ("tls:", false), ("tls: {}", true)] {
            let reading = try Reading(text) { node in
                node.optionalSection("tls", TLS.self, "") != nil
            }
            #expect(reading.value == isThere)
        }
    }

    @Test(
        arguments: [
            ("{}", true, true), ("{}", false, false), ("arp:", false, true),
            ("arp: on", false, true),
            ("arp: false", true, false), ("arp: 'no'", true, false), ("arp: {}", false, true),
            ("arp: ${ARP}", true, false), ("arp: ${OTHER:-true}", false, true),
        ]
    )
    func `a switchable section takes true, false or a mapping`(
        text: String,
        isOnByDefault: Bool,
        isOn: Bool,
    ) throws {
        let reading = try Reading(text, environment: ["ARP": "false"]) { node in
            node.switchableSection("arp", TLS.self, onByDefault: isOnByDefault, "") != nil
        }
        #expect(reading.value == isOn)
        #expect(reading.problems.isEmpty)
    }

    @Test func `wrong sections are named and nothing inside is missed`() throws {
        let text = "a: x\nb: [1]\nc: maybe\nd: {}\ne: [1, {}]\nf: 5\n"
        let reading = try Reading(text) { node throws(ConfigError) in
            _ = try node.section("a", "") { node in node.requiredString("must", "") }
            _ = node.optionalSection("b", TLS.self, "")
            _ = node.switchableSection("c", TLS.self, onByDefault: true, "")
            _ = node.sections("d", TLS.self, "")
            #expect(node.sections("e", TLS.self, "").count == 1)
            _ = node.namedSections("f", TLS.self, placeholder: "NAME", "")
        }
        #expect(
            reading.problems == [
                "m.yaml:1:4: error: a: expected a mapping, found a single value",
                "m.yaml:2:4: error: b: expected a mapping, found a list",
                "m.yaml:3:4: error: c: expected true, false or a mapping, found \"maybe\"",
                "m.yaml:4:4: error: d: expected a list of mappings, found a mapping; start each "
                    + "item with `- `",
                "m.yaml:5:5: error: e[0]: expected a mapping, found a single value",
                "m.yaml:6:4: error: f: expected a mapping, found a single value",
            ]
        )
    }

    @Test func `a section that refuses is noted and the rest is read`() throws {
        let text = """
            one: {low: 3}
            two: {low: 4}
            many:
            - {low: 5}
            - {high: 9}
            bad: x
            """
        let reading = try Reading(text) { node throws(ConfigError) in
            let one = try node.section("one", Strict.self, "")
            #expect(one.low == 1)
            #expect(node.optionalSection("two", Strict.self, "") == nil)
            #expect(node.sections("many", Strict.self, "").map(\.high) == [9])
            _ = node.int("bad", "")
        }
        #expect(
            reading.problems == [
                "m.yaml:1:12: error: one.low: expected low up to high",
                "m.yaml:2:12: error: two.low: expected low up to high",
                "m.yaml:4:9: error: many[0].low: expected low up to high",
                "m.yaml:6:6: error: bad: expected a whole number, found \"x\"",
            ]
        )
    }

    @Test func `sections by name keep order and places`() throws {
        let text = "jobs:\n  b: {ca_file: x}\n  a:\n  c: 1\n  d: {cafile: y}\n"
        let reading = try Reading(text) { node in
            let jobs = node.namedSections("jobs", TLS.self, placeholder: "NAME", "")
            #expect(jobs.map(\.name) == ["b", "a", "d"])
            #expect(jobs.map(\.value.ca) == ["x", "none", "none"])
            #expect(jobs.map(\.location.line) == [2, 3, 5])
        }
        #expect(
            reading.problems == [
                "m.yaml:4:6: error: jobs.c: expected a mapping, found a single value",
                "m.yaml:5:7: error: jobs.d.cafile: unknown key; did you mean ca_file?",
            ]
        )
    }

    @Test func `sections of several shapes are told apart by a key`() throws {
        let text = """
            sinks:
            - {type: console, pretty: true}
            - {type: elastic, url: http://x}
            - {type: elastik, url: http://x}
            - {url: http://x}
            - {type: console, url: http://x}
            """
        let variants: [ConfigVariant<String>] = [
            ConfigVariant("console", "Standard output.") { node in
                "console \(node.bool("pretty", default: false, ""))"
            },
            ConfigVariant("elastic", "Bulk requests.") { node in
                "elastic \(node.requiredString("url", ""))"
            },
        ]
        let reading = try Reading(text) { node in
            let sinks = node.variants("sinks", by: "type", of: variants, "")
            #expect(sinks == ["console true", "elastic http://x", "console false"])
        }
        #expect(
            reading.problems == [
                "m.yaml:4:10: error: sinks[2].type: expected one of console, elastic, found "
                    + "\"elastik\"; did you mean elastic?",
                "m.yaml:5:3: error: sinks[3].type: expected one of console, elastic, found "
                    + "nothing; add the key type",
                "m.yaml:6:19: error: sinks[4].url: unknown key; known here: pretty, type",
            ]
        )
    }

    @Test(
        arguments: [
            ("scrape_intervall", "did you mean scrape_interval?"),
            ("scrapeInterval", "did you mean scrape_interval?"),
            ("scrape-interval", "did you mean scrape_interval?"),
            ("external_label", "did you mean external_labels?"),
            ("zzz", "known here: external_labels, scrape_interval"),
        ]
    )
    func `an unknown key names the nearest known one`(key: String, remedy: String) throws {
        let reading = try Reading("global:\n  \(key): x\n") { node throws(ConfigError) in
            try node.section("global", "") { node in
                _ = node.string("scrape_interval", "")
                _ = node.stringMap("external_labels", "")
            }
        }
        #expect(reading.problems == ["m.yaml:2:3: error: global.\(key): unknown key; \(remedy)"])
    }

    @Test func `a key in the wrong section is told where it belongs`() throws {
        struct Root: ComponentOptions {
            init(from node: inout ConfigNode) throws(ConfigError) {
                try node.section("global", "") { node in
                    _ = node.duration("scrape_interval", "")
                    _ = node.string("log_level", "")
                }
                _ = node.sections("scrape_configs", "") { node in
                    _ = node.duration("scrape_interval", "")
                    _ = node.optionalSection("tls_config", TLS.self, "")
                }
            }
        }
        let text = "scrape_interval: 5s\nscrape_configs:\n- ca_file: x\n  global: {}\n"
        let document = try ConfigDocument.parse(text, file: "m.yaml")
        let (_, report) = ConfigLoader.read(Root.self, from: document)
        #expect(
            report.problems.map(\.description) == [
                "m.yaml:1:1: error: scrape_interval: unknown key; it belongs in global or "
                    + "scrape_configs[]",
                "m.yaml:3:3: error: scrape_configs[0].ca_file: unknown key; it belongs in "
                    + "scrape_configs[].tls_config",
                "m.yaml:4:3: error: scrape_configs[0].global: unknown key; it belongs in the top "
                    + "of the file",
            ]
        )
    }

    @Test func `a key that is not honoured is a warning, and what is under it is left alone`()
        throws
    {
        let reading = try Reading("rule_files: [a, {b: c}]\nalerting:\nx: 1\n") { node in
            node.unsupported("rule_files", "rules are evaluated by the server.")
            node.unsupported("alerting", "alerts are sent by the server.")
            return node.int("x", "")
        }
        #expect(reading.value == 1)
        #expect(
            reading.problems == [
                "m.yaml:1:13: warning: rule_files: has no effect here: rules are evaluated by "
                    + "the server."
            ]
        )
    }

    @Test func `components add problems of their own`() throws {
        let reading = try Reading("a: 5\nb: http://u:p@h/\n") { node in
            _ = node.int("a", "")
            _ = node.string("b", "")
            node.reject("a", expected: "an even number", remedy: "add one")
            node.reject("b", expected: "an https URL")
            node.reject("c", expected: "something")
            node.warn("a", "five is right out")
            node.reject(because: "expected less")
            #expect(node.isPresent("a") == true)
            #expect(node.isPresent("c") == false)
        }
        #expect(
            reading.problems == [
                "m.yaml:1:1: error: c: expected something, found nothing",
                "m.yaml:1:1: error: expected less",
                "m.yaml:1:4: error: a: expected an even number, found \"5\"; add one",
                "m.yaml:1:4: warning: a: five is right out",
                "m.yaml:2:4: error: b: expected an https URL, found \"http://<secret>@h/\"",
            ]
        )
    }
}
