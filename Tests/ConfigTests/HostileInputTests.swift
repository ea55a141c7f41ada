import RandomTesting
import Testing

@testable import Config

/// No text makes the reader crash, hang or grow: it gives a value or problems.
@Suite
struct HostileInputTests {
    struct Options: ComponentOptions {
        init(from node: inout ConfigNode) throws(ConfigError) {
            try node.section("global", "") { node in
                _ = node.duration("scrape_interval", default: .seconds(15), "")
                _ = node.stringMap("external_labels", substitution: .prometheus, "")
            }
            _ = node.sections("scrape_configs", "") { node in
                _ = node.requiredString("job_name", "")
                _ = node.pattern("regex", anchored: true, "")
                _ = node.listMap("params", of: .string(), "")
                _ = node.optionalSection("basic_auth", "") { node in
                    _ = node.secret("password", "")
                }
            }
            _ = node.namedSections("collectors", NoOptions.self, placeholder: "NAME", "")
            _ = node.switchableSection("arp", NoOptions.self, onByDefault: true, "")
            _ = node.list("sizes", of: .size(in: 0 ... .max), "")
            node.unsupported("rule_files", "none")
        }
    }

    private static let seed = """
        # A file with a little of everything.
        global:
          scrape_interval: 15s
          external_labels: {cluster: prod, zone: '$ZONE'}
        scrape_configs:
        - &g
          job_name: "a\\tb"
          regex: (.*)-${X:-y}
          params: {module: [http_2xx]}
          basic_auth: {password: secret}
        - <<: *g
          job_name: |
            folded
            text
        collectors: {cpu: {}, mem: ~}
        arp: off
        sizes: [10MB, 4KiB, 1]
        rule_files: [x]
        """

    private static let tokens = [
        "&a ", "*a", "<<: ", "[", "]", "{", "}", "\t", "\n", "- ", ": ", "? ", "'", "\"", "|\n",
        ">\n",
        "---\n", "...\n", "%YAML 1.1\n", "!!", "! ", "#", "${", "}", "\u{85}", "\u{2028}",
        "\u{feff}",
        "\u{0}", "é", "~", "&", "*", "@", "`", "\\", "\\x", "  ", ",", "999999999999999999999",
    ]

    @Test func `mutated files give a value or problems`() {
        var random = SplitMix(seed: 42)
        let seed = Array(Self.seed.utf8)
        var accepted = 0
        for _ in 0..<4000 {
            var bytes = seed
            for _ in 0...Int(random.next() % 6) { Self.mutate(&bytes, &random) }
            guard
                let document = try? ConfigDocument.parse(
                    bytes.span,
                    file: "fuzz",
                    environment: [:],
                )
            else { continue }
            let (value, report) = ConfigLoader.read(Options.self, from: document)
            #expect((value == nil) == report.hasErrors)
            for problem in report.problems {
                #expect(problem.location.line >= 1 && problem.location.column >= 1)
                #expect(!problem.message.isEmpty)
            }
            if value != nil { accepted += 1 }
        }
        // A fuzzer that never gets through the front door tests nothing behind it.
        #expect(accepted > 100)
    }

    private static func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix) {
        let place = Int(random.next() % UInt64(bytes.count + 1))
        switch random.next() % 5 {
        case 0:
            let token = Self.tokens[Int(random.next() % UInt64(Self.tokens.count))]
            bytes.insert(contentsOf: token.utf8, at: place)
        case 1:
            bytes.removeSubrange(place..<min(bytes.count, place + Int(random.next() % 8)))
        case 2:
            bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
        case 3:
            let end = min(bytes.count, place + Int(random.next() % 40))
            bytes.insert(contentsOf: bytes[place..<end], at: place)
        default:
            if place < bytes.count { bytes[place] = UInt8(truncatingIfNeeded: random.next() % 128) }
        }
    }

    @Test(
        arguments: [
            String(repeating: "- ", count: 100_000),
            String(repeating: "? ", count: 100_000),
            "a: " + String(repeating: "{", count: 100_000),
            "a: " + String(repeating: "[[],", count: 100_000),
            "a: " + String(repeating: "x", count: 4_000_000),
            "a: \"" + String(repeating: "\\n", count: 2_000_000) + "\"",
            "a: |\n" + String(repeating: " x\n", count: 1_000_000),
            "a: " + String(repeating: "&a ", count: 100_000),
            (0..<50_000).map { "a\($0): &a\($0) x\n" }.joined(),
            String(repeating: "a: 1\n", count: 100_000),
            String(repeating: "x", count: 100_000) + ": 1",
            "a:\n" + String(repeating: "  ", count: 1_000_000) + "b: 1",
        ]
    )
    func `large files of one thing are read or refused in little time`(text: String) {
        let clock = ContinuousClock()
        let spent = clock.measure {
            guard let document = try? ConfigDocument.parse(text) else { return }
            _ = ConfigLoader.read(Options.self, from: document)
        }
        // Far above what they take, far below what a quadratic step would.
        #expect(spent < .seconds(20))
    }
}
