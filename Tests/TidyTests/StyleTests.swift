import Testing

/// What the formatter does not see.
@Suite struct StyleTests {
    private static let fileLimit = 400
    private static let functionLimit = 70

    /// Fails with one line for each violation.
    private func expectNone(_ violations: [String]) {
        let list = violations.joined(separator: "\n")
        #expect(list == "")
    }

    @Test func filesAreShort() throws {
        let files = try SourceTree.files(below: "Sources") + SourceTree.files(below: "Tests")
        self.expectNone(
            files.filter { $0.lines.count > Self.fileLimit + 1 }
                .map { "\($0.path) has \($0.lines.count) lines" }
        )
    }

    @Test func functionsAreShort() throws {
        var violations: [String] = []
        for file in try SourceTree.files(below: "Sources") {
            var start: (line: Int, indent: Int)?
            for (offset, line) in file.lines.enumerated() {
                let indent = line.prefix { $0 == " " }.count
                let text = line.dropFirst(indent)
                if start == nil, Self.beginsFunction(text) {
                    start = (offset, indent)
                } else if let begun = start, indent == begun.indent, text.hasPrefix("}") {
                    let length = offset - begun.line
                    if length > Self.functionLimit {
                        violations.append("\(file.path):\(begun.line + 1) has \(length) lines")
                    }
                    start = nil
                } else if let begun = start, indent <= begun.indent, !text.isEmpty,
                    !text.hasPrefix(")"), !text.hasPrefix("where"), !text.hasPrefix("{")
                {
                    // A protocol requirement: it had no body.
                    start = Self.beginsFunction(text) ? (offset, indent) : nil
                }
            }
        }
        self.expectNone(violations)
    }

    private static func beginsFunction(_ text: Substring) -> Bool {
        let words = text.split(separator: " ").prefix(5)
        let begins = words.contains("func") || words.contains { $0.hasPrefix("init(") }
        return begins && !text.hasPrefix("//") && !text.hasSuffix("}")
    }

    /// Each of these has no place in the agent.
    @Test(arguments: ["try!", "fatalError(", " print(", "TODO", "FIXME", "XXX"])
    func sourcesHoldNo(_ banned: String) throws {
        var violations: [String] = []
        for file in try SourceTree.files(below: "Sources") {
            for (offset, line) in file.lines.enumerated() where line.contains(banned) {
                violations.append("\(file.path):\(offset + 1): \(line)")
            }
        }
        self.expectNone(violations)
    }

    /// What the compiler is asked to believe has its reason in a comment just above.
    @Test(arguments: ["@unchecked Sendable", "nonisolated(unsafe)", "Task.detached"])
    func beliefsHaveReasons(_ belief: String) throws {
        var violations: [String] = []
        for file in try SourceTree.files(below: "Sources") {
            for (offset, line) in file.lines.enumerated() where line.contains(belief) {
                let before = file.lines[max(offset - 4, 0)...offset]
                if !before.contains(where: { $0.contains("//") }) {
                    violations.append("\(file.path):\(offset + 1) gives no reason")
                }
            }
        }
        self.expectNone(violations)
    }

    /// An actor without a thread of its own works on its callers' threads, and may hold them up.
    @Test func actorsHaveThreads() throws {
        var violations: [String] = []
        for file in try SourceTree.files(below: "Sources") {
            let declares = file.lines.contains { line in
                line.split(separator: " ").prefix(3).contains("actor") && line.hasSuffix("{")
            }
            if declares, !file.lines.contains(where: { $0.contains("var unownedExecutor") }) {
                violations.append("\(file.path) holds an actor without an executor")
            }
        }
        self.expectNone(violations)
    }

    /// A file is named after a type that stands in it, or after the topic of its extensions.
    @Test func fileNamesTellTheTruth() throws {
        var violations: [String] = []
        for file in try SourceTree.files(below: "Sources") {
            let subject = file.name.split(separator: "+").first.map(String.init) ?? file.name
            let declares = file.lines.contains { !$0.hasPrefix("//") && $0.contains(subject) }
            let isTopic = file.lines.contains { line in
                ["extension ", "public func ", "func ", "package func "]
                    .contains { line.hasPrefix($0) }
            }
            if !declares && !isTopic { violations.append("\(file.path) holds nothing of its name") }
        }
        self.expectNone(violations)
    }
}
