import Testing

@testable import Config

@Suite struct ShownConfigurationTests {
    private struct Root: ComponentOptions {
        init(from node: inout ConfigNode) throws(ConfigError) {
            _ = node.sections("jobs", "Jobs.") { node throws(ConfigError) in
                _ = node.string("name", "A name.")
                _ = node.secret("passphrase", "A secret.")
                _ = node.strings("list", "A list.")
                _ = node.string("url", "An address.")
                node.unsupported("other", "Not known.")
            }
        }
    }

    private static func shown(_ yaml: String) throws -> String {
        let document = try ConfigDocument.parse(yaml, environment: ["TOKEN": "deep"])
        return ConfigLoader.readShown(Root.self, from: document).shown
    }

    @Test func secretsAreHidden() throws {
        let shown = try Self.shown(
            """
            # a comment
            jobs:
              - name: a
                passphrase: sesame
                url: https://user:sesame@host/x
                other: {client_secret: sesame, deep: [{bearer_token: sesame}], key: sesame}
              - {name: b, passphrase: "${TOKEN}", passphrase_file: /etc/token, list: [], other: {}}
            """
        )
        #expect(!shown.contains("sesame") && !shown.contains("deep: deep"))
        #expect(
            shown == """
                jobs:
                - name: a
                  passphrase: <secret>
                  url: "https://<secret>@host/x"
                  other:
                    client_secret: <secret>
                    deep:
                    - bearer_token: <secret>
                    key: <secret>
                - name: b
                  passphrase: <secret>
                  passphrase_file: /etc/token
                  list: []
                  other: {}

                """
        )
    }

    @Test(
        arguments: [
            "a: null", "a: ~", "a: 'null'", "a: ''", "a: -x", "a: 'x: y'",
            "a: \"l\\n2\\t\\\"\\\\\"",
            "a: {b: {c: [1, [2, 3], {d: e}], f: {}}, g: []}", "- {}", "'a b': 'é'", "a: '#'",
            "a: [[1], [[2, 3]], [{b: c, d: [e]}]]",
        ]
    )
    func whatIsShownReadsTheSame(_ yaml: String) throws {
        let text = "x:\n  \(yaml)\n"
        let first = try ConfigDocument.parse(text)
        let shown = first.shown(hiding: [])
        let second = try ConfigDocument.parse(shown)
        #expect(second.shown(hiding: []) == shown)
        #expect(Self.plain(second) == Self.plain(first), "\(shown)")
    }

    /// The document's values without their places.
    private static func plain(_ document: ConfigDocument) -> String {
        guard let tree = document.tree else { return "" }
        func text(_ index: Int) -> String {
            switch tree.nodes[index].content {
            case .scalar(let text, let isNull): isNull ? "null" : "<\(text)>"
            case .list(let items): "[\(items.map(text).joined(separator: ","))]"
            case .mapping(let entries):
                "{\(entries.map { "\($0.key):\(text($0.value))" }.joined(separator: ","))}"
            }
        }
        return text(tree.root)
    }

    @Test func aliasesCannotMakeItEndless() throws {
        var yaml = "a0: &a0 [\(String(repeating: "0123456789", count: 20))]\n"
        for level in 1..<5 {
            let items = Array(repeating: "*a\(level - 1)", count: 12).joined(separator: ", ")
            yaml += "a\(level): &a\(level) [\(items)]\n"
        }
        let shown = try ConfigDocument.parse(yaml).shown(hiding: [])
        #expect(shown.utf8.count <= ConfigLimits.shownBytes + 1000)
    }
}
