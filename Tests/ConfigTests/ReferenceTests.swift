import Testing

@testable import Config

/// The keys that options declare when no file is behind the node.
@Suite
struct ReferenceTests {
    struct Rule: ComponentOptions {
        init(from node: inout ConfigNode) throws(ConfigError) {
            _ = node.requiredString("match", "What it selects.")
            _ = node.sections("rules", Rule.self, "Rules below this one.")
        }
    }

    struct Root: ComponentOptions {
        init(from node: inout ConfigNode) throws(ConfigError) {
            try node.section("global", "Defaults.") { node in
                _ = node.duration("scrape_interval", default: .seconds(15), "How often.")
                _ = node.size("limit", default: 10 << 20, "How much.")
                _ = node.stringMap("external_labels", "Added to all.")
            }
            _ = node.secret("token", "Who we are.")
            _ = node.optionalSection("tls", "TLS.") { node in
                _ = node.filePath("ca_file", "Whom to trust.")
            }
            _ = node.switchableSection("arp", NoOptions.self, onByDefault: true, "Neighbours.")
            _ = node.sections("rules", Rule.self, "What to do.")
            _ = node.namedSections("pools", placeholder: "NAME", "Pools.") { _, node in
                node.int("size", default: 4, in: 1...8, "Workers.")
            }
            _ = node.variants(
                "sinks",
                by: "type",
                of: [
                    ConfigVariant("null", "Drops all.") { _ in },
                    ConfigVariant("console", "Prints all.") { node in
                        _ = node.bool("pretty", default: false, "Indents.")
                    },
                ],
                "Where it goes.",
            )
            node.unsupported("rule_files", "Rules are the server's.")
        }
    }

    @Test func `every key is listed with type, default and summary`() throws {
        let entries = try ConfigReference.record(Root.self).entries.map { entry in
            "\(entry.path) | \(entry.type) | \(entry.defaultValue ?? "-")"
                + (entry.isRequired ? " | required" : "") + (entry.isSecret ? " | secret" : "")
        }
        #expect(
            entries == [
                "global | section | -",
                "global.scrape_interval | duration | 15s",
                "global.limit | size | 10MiB",
                "global.external_labels | map to string | {}",
                "token | secret | - | secret",
                "token_file | path | -",
                "tls | optional section | -",
                "tls.ca_file | path | -",
                "arp | boolean | section | true",
                "rules | list of sections | []",
                "rules[].match | string | - | required",
                "rules[].rules | section | -",
                "pools | map to sections | {}",
                "pools.<NAME>.size | integer | 4",
                "sinks | list of sections | []",
                "sinks[type=null].type | null | - | required",
                "sinks[type=console].type | console | - | required",
                "sinks[type=console].pretty | boolean | false",
                "rule_files | not honoured | -",
            ]
        )
    }

    @Test func `an init that fails without a file is told, not hidden`() {
        struct Bad: ComponentOptions {
            init(from node: inout ConfigNode) throws(ConfigError) {
                if node.requiredString("a", "").isEmpty {
                    throw ConfigError(at: node.location, "empty")
                }
            }
        }
        #expect(throws: ConfigError.self) { try ConfigReference.record(Bad.self) }
        #expect(throws: ConfigError.self) {
            try ConfigReference.record { node in node.sections("x", Bad.self, "") }
        }
    }
}
