import RandomTesting
import Testing

@testable import Config

/// What is wrong with a file as a whole, before anything reads it.
@Suite
struct DocumentTests {
    private func problem(_ text: String) throws -> ConfigProblem {
        try #require(throws: ConfigError.self) { try ConfigDocument.parse(text, file: "m.yaml") }
            .problem
    }

    @Test(
        arguments: [
            ("a: 1\n\tb: 2\n", 2, 1, "tabs"),
            ("a:\n\tb: 2\n", 2, 1, "spaces, not tabs"),
            ("a: b: c\n", 1, 5, "quote a value"),
            ("a: 1\n b: 2\n", 2, 3, "indented"),
            ("a: 'open\n", 1, 4, "close the quote"),
            ("a: [1, 2\n", 2, 1, "close the bracket"),
            ("a: [1, 2\nb: [x\n", 2, 2, "commas"),
            ("a: {b: 1\nc", 3, 1, "bracket"),
            (#"a: "\d+""#, 1, 5, "single quotes"),
            ("a: @x\n", 1, 4, "quote a value that starts with @"),
            ("a: *nope\n", 1, 4, "define the anchor first"),
            ("a: - b\n", 1, 4, "line of its own"),
            ("a: &x [*x]\n", 1, 8, "contain itself"),
            ("a: !custom b\n", 1, 4, "remove the tag"),
            ("{a: 1}: b\n", 1, 1, "quote the key"),
            ("a: {{ .Values.x }}\n", 1, 5, "quote the key"),
            ("a: 1\n---\nb: 2\n", 2, 1, "one set of keys"),
            ("<<: 1\n", 1, 5, "<<: *defaults"),
            ("- a\n", 1, 1, "start with a key"),
            ("just text\n", 1, 1, "start with a key"),
        ] as [(String, Int, Int, String)]
    )
    func `syntax errors have a place and a remedy`(
        text: String,
        line: Int,
        column: Int,
        remedy: String,
    ) throws {
        let problem = try self.problem(text)
        #expect(problem.location.line == line)
        #expect(problem.location.column == column)
        #expect(problem.remedy.contains(remedy), "\(problem)")
        #expect(problem.description.hasPrefix("m.yaml:\(line):\(column): error: "))
    }

    @Test(arguments: ["", "\n\n", "# all commented out\n", "---\n", "   ", "\u{feff}"])
    func `an empty file is refused with a remedy`(text: String) throws {
        let problem = try self.problem(text)
        #expect(problem.message.contains("empty"))
        #expect(problem.remedy.contains("{}"))
    }

    @Test func `bytes that are not UTF-8 are named with their place`() throws {
        let bytes = Array("a: 1\nbü: ".utf8) + [0xff, 0x0a]
        let error = try #require(throws: ConfigError.self) {
            try ConfigDocument.parse(bytes.span, file: "m.yaml", environment: [:])
        }
        #expect(
            error.description
                == "m.yaml:2:5: error: expected UTF-8, found the byte 0xff; save the file as UTF-8"
        )
    }

    @Test(arguments: [[0xff, 0xfe, 0x61, 0x00], [0xfe, 0xff, 0x00, 0x61]] as [[UInt8]])
    func `UTF-16 is named`(bytes: [UInt8]) throws {
        let error = try #require(throws: ConfigError.self) {
            try ConfigDocument.parse(bytes.span, file: "m.yaml", environment: [:])
        }
        #expect(error.problem.message == "expected UTF-8, found UTF-16")
    }

    @Test(arguments: ["a: \u{0}", "a: x\u{7}y", "\u{1b}[1m"])
    func `control characters are named`(text: String) throws {
        #expect(try self.problem(text).message.contains("control character 0x"))
    }

    @Test func `a byte order mark and CRLF are accepted`() throws {
        let (value, report) = try ConfigLoader.read(
            from: .parse("\u{feff}a: 1\r\nb: x\r\n")
        ) { node in (node.int("a", ""), node.string("b", "")) }
        #expect(report.isEmpty)
        #expect(value?.0 == 1)
        #expect(value?.1 == "x")
    }

    @Test func `a file of 10 MB is refused at once`() throws {
        let text = String(repeating: "# filler filler filler filler\n", count: 350_000)
        #expect(text.utf8.count > 10_000_000)
        let problem = try self.problem(text)
        #expect(problem.message == "expected at most 8MiB, found more")
    }

    @Test func `a file that is not there is named`() throws {
        let error = try #require(throws: ConfigError.self) {
            try ConfigDocument.load(path: "/nonexistent/martlet.yaml", environment: [:])
        }
        #expect(error.description.hasPrefix("/nonexistent/martlet.yaml: error: expected a conf"))
        #expect(error.description.contains("no such file; check the path"))
    }

    @Test func `a directory is named`() throws {
        let error = try #require(throws: ConfigError.self) {
            try ConfigDocument.load(path: "/", environment: [:])
        }
        #expect(error.problem.message == "expected a file, found a directory")
    }

    @Test func `a bomb of aliases is refused`() throws {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            let alias = "*a\(level - 1)"
            let items = Array(repeating: alias, count: 9).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(items)]\n"
        }
        let problem = try self.problem(text)
        #expect(problem.message.contains("at most 250000 values with aliases followed"))
        #expect(problem.location.line > 1)
    }

    @Test func `a bomb of merge keys is refused`() throws {
        var text = "base: &base {"
        text += (0..<2000).map { "k\($0): 1" }.joined(separator: ", ") + "}\n"
        text += "bomb:\n  <<: ["
        text += Array(repeating: "*base", count: 1000).joined(separator: ", ") + "]\n"
        #expect(try self.problem(text).message.contains("at most 250000 values"))
    }

    @Test(arguments: ["[", "{a: "])
    func `nesting is limited`(opening: String) throws {
        let text = "a: " + String(repeating: opening, count: 5000)
        #expect(try self.problem(text).message.contains("at most 64 levels"))
    }

    @Test func `too many values are refused`() throws {
        let text = "a: [" + String(repeating: "1,\n", count: 300_000) + "]"
        #expect(try self.problem(text).message.contains("at most 250000 values"))
    }

    @Test func `a duplicate key names both places and the rest is still read`() throws {
        let (_, report) = try ConfigLoader.read(
            from: .parse("a: 1\nb: x\na: 2\n", file: "m.yaml")
        ) { node in (node.int("a", ""), node.int("b", "")) }
        #expect(
            report.description == """
                m.yaml:2:4: error: b: expected a whole number, found "x"
                m.yaml:3:1: error: expected each key once, found "a" again: the first is at \
                line 1, column 1; keep one of the two
                """
        )
    }

    @Test func `aliases and merge keys bring in values, and what is written wins`() throws {
        let text = """
            base: &base {a: 1, b: 2}
            more: &more {b: 3, c: 4}
            one: {<<: *base, b: 9}
            two: {<<: [*base, *more]}
            three: {a: 5, "<<": 6}
            list: &list [x, y]
            again: *list
            """
        let (maps, report) = try ConfigLoader.read(from: .parse(text)) { node in
            node.strings("again", "")
                + ["base", "more", "one", "two", "three"].map { key in
                    node.stringMap(key, "").map { "\($0.name)=\($0.value)" }
                        .joined(separator: " ")
                } + node.strings("list", "")
        }
        #expect(report.isEmpty)
        #expect(
            maps == [
                "x", "y", "a=1 b=2", "b=3 c=4", "b=9 a=1", "a=1 b=2 c=4", "a=5 <<=6", "x", "y",
            ]
        )
    }

    @Test func `random bytes never crash`() {
        var random = SplitMix(seed: 1)
        for _ in 0..<2000 {
            let count = Int(random.next() % 200)
            let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            _ = try? ConfigDocument.parse(bytes.span, file: "random", environment: [:])
        }
    }
}
