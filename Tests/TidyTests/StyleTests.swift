import Testing

/// What the formatter does not see.
@Suite struct StyleTests {
    private static let fileLimit = 400
    private static let functionLimit = 70

    @Test func filesAreShort() throws {
        for folder in ["Sources", "Tests"] {
            for file in try SourceTree.files(below: folder) {
                #expect(file.lines.count <= Self.fileLimit + 1, "\(file.path) is too long")
            }
        }
    }

    @Test func functionsAreShort() throws {
        for file in try SourceTree.files(below: "Sources") {
            var start: (line: Int, indent: Int)?
            for (offset, line) in file.lines.enumerated() {
                let indent = line.prefix { $0 == " " }.count
                let text = line.dropFirst(indent)
                if start == nil, Self.beginsFunction(text) {
                    start = (offset, indent)
                } else if let begun = start, indent == begun.indent, text.hasPrefix("}") {
                    let length = offset - begun.line
                    #expect(
                        length <= Self.functionLimit,
                        "\(file.path):\(begun.line + 1) has \(length) lines",
                    )
                    start = nil
                } else if let begun = start, indent <= begun.indent, !text.isEmpty,
                    !text.hasPrefix(")"), !text.hasPrefix("where"), !text.hasPrefix("{")
                {
                    // A protocol requirement: it had no body.
                    start = Self.beginsFunction(text) ? (offset, indent) : nil
                }
            }
        }
    }

    private static func beginsFunction(_ text: Substring) -> Bool {
        let words = text.split(separator: " ").prefix(5)
        let begins = words.contains("func") || words.contains { $0.hasPrefix("init(") }
        return begins && !text.hasPrefix("//") && !text.hasSuffix("}")
    }

    /// `swift format` asks for documentation of `public` only; here `package` counts as well.
    @Test func packageDeclarationsAreDocumented() throws {
        let kinds = ["func", "struct", "class", "enum", "protocol", "actor", "init"]
        for file in try SourceTree.files(below: "Sources") {
            for (offset, line) in file.lines.enumerated() {
                let text = line.drop { $0 == " " }
                guard text.hasPrefix("package "), !text.hasPrefix("package import") else {
                    continue
                }
                let words = text.split { " (<".contains($0) }.prefix(6).map(String.init)
                guard words.contains(where: kinds.contains) else { continue }
                if Self.meetsARequirement(text) { continue }
                #expect(
                    Self.isDocumented(file, before: offset),
                    "\(file.path):\(offset + 1) has no summary: \(text)",
                )
            }
        }
    }

    /// Members whose protocol documents them.
    private static func meetsARequirement(_ text: Substring) -> Bool {
        [
            "init(stringLiteral", "init(from node:", "init(_ options:", "func collect(into",
            "func respond(to", "func encode(", "func interpret(", "func write(into",
            "func send(_ request: HTTPRequest)", "func sleep(for", "func log(event",
            "init(from", "func enqueue(", "func asUnownedSerialExecutor", "func hash(into",
        ].contains { text.contains($0) }
    }

    private static func isDocumented(_ file: SourceFile, before offset: Int) -> Bool {
        var position = offset - 1
        while position >= 0 {
            let text = file.lines[position].drop { $0 == " " }
            if text.hasPrefix("///") { return true }
            if !text.hasPrefix("@") { return false }
            position -= 1
        }
        return false
    }

    /// Each of these needs a reason beside it, or has none.
    @Test(arguments: [
        "try!", "fatalError(", "print(", "TODO", "FIXME", "XXX", "nonisolated(unsafe)",
    ])
    func sourcesHoldNo(_ banned: String) throws {
        for file in try SourceTree.files(below: "Sources") {
            for (offset, line) in file.lines.enumerated() {
                #expect(!line.contains(banned), "\(file.path):\(offset + 1): \(line)")
            }
        }
    }

    @Test func uncheckedSendableSaysWhy() throws {
        for file in try SourceTree.files(below: "Sources") {
            for (offset, line) in file.lines.enumerated() where line.contains("@unchecked Sendable")
            {
                let before = file.lines[max(offset - 3, 0)...offset]
                #expect(
                    before.contains { $0.contains("//") },
                    "\(file.path):\(offset + 1) gives no reason",
                )
            }
        }
    }

    /// A file is named after a type, an extension or a topic that stands in it.
    @Test func fileNamesTellTheTruth() throws {
        for file in try SourceTree.files(below: "Sources") where file.name != "main" {
            let subject = file.name.split(separator: "+").first.map(String.init) ?? file.name
            let declares = file.lines.contains { line in
                !line.hasPrefix("//") && line.contains(subject)
            }
            if !declares {
                // A topic file: its first declaration is an extension or a free function group.
                let topic = file.lines.contains { line in
                    line.hasPrefix("extension ") || line.hasPrefix("public func ")
                        || line.hasPrefix("func ") || line.hasPrefix("package func ")
                        || line.hasPrefix("package final class ")
                }
                #expect(topic, "\(file.path) holds nothing of its name")
            }
        }
    }
}
