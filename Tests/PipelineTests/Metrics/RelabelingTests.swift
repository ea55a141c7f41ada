import Config
import Pipeline
import Telemetry
import Testing

/// Reads rules from YAML, as users write them.
private func rules(_ yaml: String) throws -> (value: [RelabelRule]?, report: ConfigReport) {
    let indented = yaml.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
    let document = try ConfigDocument.parse("rules:\n\(indented)\n")
    return ConfigLoader.read(from: document) { node throws(ConfigError) in
        node.sections("rules", RelabelRule.self, "Rules.")
    }
}

/// Applies rules; nil when they drop the labels.
private func relabel(
    _ yaml: String,
    _ labels: LabelSet,
    legacyNames: Bool = false,
) throws -> LabelSet? {
    let relabeling = Relabeling(try #require(try rules(yaml).value), legacyNames: legacyNames)
    var builder = LabelBuilder()
    builder.add(labels)
    var scratch = Relabeling.Scratch()
    guard relabeling.apply(to: &builder, scratch: &scratch) == .kept else { return nil }
    return builder.labelSet
}

@Suite struct RelabelingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let number: Int
        let yaml: String
        let input: LabelSet
        let output: LabelSet?
        var testDescription: String { "\(self.number): \(self.yaml) on \(self.input)" }

        init(_ number: Int, _ yaml: String, _ input: LabelSet, _ output: LabelSet?) {
            self.number = number
            self.yaml = yaml
            self.input = input
            self.output = output
        }
    }

    /// The edge cases of the scrape notes, section 13, by their numbers there.
    static let edgeCases: [Case] = [
        Case(
            1,
            "- {source_labels: [a], regex: f, target_label: d, replacement: x}",
            ["a": "foo"],
            ["a": "foo"],
        ),
        Case(
            2,
            "- {source_labels: [a], regex: f(.*), target_label: d, replacement: 'ch${1}-ch${1}'}",
            ["a": "foo"],
            ["a": "foo", "d": "choo-choo"],
        ),
        Case(
            3,
            "- {source_labels: [a, b], regex: f(.*);(.*)r, target_label: a, replacement: 'b${1}${2}m'}",
            ["a": "foo", "b": "bar", "c": "baz"],
            ["a": "boobam", "b": "bar", "c": "baz"],
        ),
        Case(4, "- {source_labels: [a], target_label: d}", [:], [:]),
        Case(
            5,
            "- {source_labels: [missing], target_label: d, replacement: const}",
            ["a": "1"],
            ["a": "1", "d": "const"],
        ),
        Case(
            6,
            "- {source_labels: [missing], regex: .+, target_label: d, replacement: const}",
            ["a": "1"],
            ["a": "1"],
        ),
        Case(
            7,
            "- {source_labels: [a], regex: .*, target_label: a, replacement: ''}",
            ["a": "x"],
            [:],
        ),
        Case(
            8,
            "- {source_labels: [a], regex: (foo), target_label: '${1}', replacement: bar}",
            ["a": "foo"],
            ["a": "foo", "foo": "bar"],
        ),
        Case(
            9,
            "- {source_labels: [a], regex: (.*), target_label: '${1}', replacement: v}",
            ["a": "my-lbl"],
            ["a": "my-lbl", "my-lbl": "v"],
        ),
        Case(
            10,
            #"- {source_labels: [a], regex: (\d+), target_label: d, replacement: $1x}"#,
            ["a": "7"],
            ["a": "7"],
        ),
        Case(
            11,
            "- {source_labels: [a], regex: a.c, target_label: d, replacement: ok}",
            ["a": "a\nc"],
            ["a": "a\nc", "d": "ok"],
        ),
        Case(
            12,
            "- {source_labels: [a, b], separator: '', regex: xy, target_label: d, replacement: 1}",
            ["a": "x", "b": "y"],
            ["a": "x", "b": "y", "d": "1"],
        ),
        Case(
            13,
            "- {source_labels: [a], regex: null, action: drop}",
            ["a": "foo"],
            ["a": "foo"],
        ),
        Case(13, "- {source_labels: [a], regex: '', action: drop}", [:], nil),
        Case(14, "- {action: drop}", ["a": "1"], nil),
        Case(
            15,
            "- {source_labels: [a], regex: no-match|f.*, action: keep}",
            ["a": "foo"],
            ["a": "foo"],
        ),
        Case(16, "- {source_labels: [missing], regex: .*, action: keep}", ["a": "1"], ["a": "1"]),
        Case(
            17,
            "- {source_labels: [c], target_label: d, modulus: 1000, action: hashmod}",
            ["c": "a"],
            ["c": "a", "d": "697"],
        ),
        Case(
            18,
            "- {source_labels: [x], target_label: d, modulus: 8, action: hashmod}",
            [:],
            ["d": "6"],
        ),
        Case(
            19,
            "- {source_labels: [a, b], target_label: d, modulus: 10, action: hashmod}",
            ["a": "foo", "b": "bar"],
            ["a": "foo", "b": "bar", "d": "0"],
        ),
        Case(
            20,
            "- {source_labels: [__address__], target_label: d, modulus: 3, action: hashmod}",
            ["__address__": "10.0.0.1:9100"],
            ["__address__": "10.0.0.1:9100", "d": "2"],
        ),
        Case(
            20,
            "- {source_labels: [__address__], target_label: d, modulus: 16, action: hashmod}",
            ["__address__": "192.168.1.7:8080"],
            ["__address__": "192.168.1.7:8080", "d": "5"],
        ),
        Case(
            21,
            "- {regex: __meta_(.*), action: labelmap}",
            ["__meta_x": "1", "x": "0"],
            ["__meta_x": "1", "x": "1"],
        ),
        Case(
            22,
            "- {regex: (b.*), replacement: 'bar_${1}', action: labelmap}",
            ["a": "foo", "b1": "bar", "b2": "baz"],
            ["a": "foo", "b1": "bar", "b2": "baz", "bar_b1": "bar", "bar_b2": "baz"],
        ),
        Case(23, "- {regex: (b.*), action: labelkeep}", ["a": "foo", "b1": "bar"], ["b1": "bar"]),
        Case(
            24,
            "- {source_labels: [__port__], target_label: __meta_port, action: dropequal}",
            ["__port__": "1234", "__meta_port": "1234"],
            nil,
        ),
        Case(
            24,
            "- {source_labels: [__port__], target_label: __meta_port, action: keepequal}",
            ["__port__": "1234", "__meta_port": "1234"],
            ["__port__": "1234", "__meta_port": "1234"],
        ),
        Case(
            24,
            "- {source_labels: [__port__], target_label: __meta_port, action: keepequal}",
            ["a": "1"],
            ["a": "1"],
        ),
        Case(
            24,
            "- {source_labels: [__port__], target_label: __meta_port, action: keepequal}",
            ["__port__": "1"],
            nil,
        ),
        Case(
            25,
            "- {source_labels: [foo], target_label: foo_upper, action: uppercase}",
            ["foo": "bAr123Foo"],
            ["foo": "bAr123Foo", "foo_upper": "BAR123FOO"],
        ),
        Case(
            25,
            "- {source_labels: [foo], target_label: foo_lower, action: LowerCase}",
            ["foo": "bAr123Foo"],
            ["foo": "bAr123Foo", "foo_lower": "bar123foo"],
        ),
    ]

    @Test(arguments: Self.edgeCases)
    func edgeCase(_ test: Case) throws {
        #expect(try relabel(test.yaml, test.input) == test.output)
    }

    @Test func legacyNamesAreHeldToTheirCharacters() throws {
        let yaml = "- {source_labels: [a], target_label: '${1}', replacement: v}"
        #expect(try relabel(yaml, ["a": "my-lbl"], legacyNames: true) == ["a": "my-lbl"])
        #expect(
            try relabel(yaml, ["a": "my_lbl1"], legacyNames: true)
                == ["a": "my_lbl1", "my_lbl1": "v"]
        )
        #expect(try relabel(yaml, ["a": "1x"], legacyNames: true) == ["a": "1x"])
    }

    @Test func rulesFollowEachOtherUntilOneDrops() throws {
        let yaml = """
            - {source_labels: [a], target_label: b}
            - {source_labels: [b], regex: secret, action: drop}
            - {regex: a, action: labeldrop}
            """
        #expect(try relabel(yaml, ["a": "plain"]) == ["b": "plain"])
        #expect(try relabel(yaml, ["a": "secret"]) == nil)
        let relabeling = Relabeling(try #require(try rules(yaml).value))
        var builder = LabelBuilder()
        builder.set("a", "secret")
        var scratch = Relabeling.Scratch()
        let verdict = relabeling.apply(to: &builder, scratch: &scratch)
        #expect(verdict == .dropped(rule: 1))
    }

    @Test func everyNameCanGo() throws {
        #expect(try relabel("- {regex: .*, action: labeldrop}", ["a": "1", "b": "2"]) == [:])
    }

    @Test(
        arguments: [
            ("- {action: labeldrop, source_labels: [a], regex: a}", "source_labels"),
            ("- {action: hashmod, source_labels: [a], target_label: b}", "modulus"),
            (
                "- {action: lowercase, source_labels: [a], target_label: b, replacement: x}",
                "replacement",
            ),
            ("- {source_labels: [a]}", "target_label"),
            ("- {action: keepequal, source_labels: [a], target_label: b, regex: x}", "regex"),
            ("- {action: explode}", "explode"),
            ("- {source_labels: [a], regex: '(', target_label: b}", "missing )"),
        ]
    )
    func refuses(_ yaml: String, _ word: String) throws {
        let (value, report) = try rules(yaml)
        #expect(value == nil)
        #expect(report.hasErrors)
        #expect(report.problems.contains { $0.description.contains(word) })
    }
}
