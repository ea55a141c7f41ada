import Bytes
import RandomTesting
import Testing

@testable import Patterns

@Suite
struct PatternTests {
    struct Match: Sendable, CustomTestStringConvertible {
        let pattern: String
        let anchored: Bool
        let input: String
        let matches: Bool

        init(_ pattern: String, anchored: Bool = false, _ input: String, _ matches: Bool) {
            self.pattern = pattern
            self.anchored = anchored
            self.input = input
            self.matches = matches
        }

        var testDescription: String { "\(self.pattern) on \(self.input)" }
    }

    @Test(
        arguments: [
            Match("b", "abc", true),
            Match("^b", "abc", false),
            Match("", "", true),
            Match("a.c", "a\nc", false),
            Match("b", anchored: true, "abc", false),
            Match("a|abc", anchored: true, "abc", true),
            Match("a|b", anchored: true, "ab", false),
            Match("a.c", anchored: true, "a\nc", true),
            Match("", anchored: true, "", true),
            Match("", anchored: true, "a", false),
            Match("(.*)", anchored: true, "", true),
            Match(".+", anchored: true, "", false),
            Match("no-match|f.*", anchored: true, "foo", true),
            Match("(?i)node", anchored: true, "NODE", true),
            Match("\\d{3}", anchored: true, "123", true),
            Match("grüß.", anchored: true, "grüße", true),
            Match(".", anchored: true, "ü", true),
            Match("[[:alpha:]_]+", anchored: true, "a_b", true),
        ]
    )
    func matches(_ match: Match) throws {
        let pattern = try Pattern(match.pattern, anchored: match.anchored)
        #expect(pattern.matches(match.input) == match.matches)
        #expect(pattern.matches(Array(match.input.utf8).span) == match.matches)
    }

    @Test func `captures are byte ranges, nil for a group that took no part`() throws {
        let pattern = try Pattern("(ü)(x)?(é+)")
        var captures: [Range<Int>?] = []
        #expect(pattern.captures(in: Array("aüéé".utf8).span, into: &captures))
        #expect(captures == [1..<7, 1..<3, nil, 3..<7])
        #expect(pattern.captures(in: Array("aüéé".utf8).span, groups: 0, into: &captures))
        #expect(captures == [1..<7])
        #expect(pattern.captures(in: Array("aüéé".utf8).span, groups: 9, into: &captures))
        #expect(captures.count == 4)
        #expect(!pattern.captures(in: Array("a".utf8).span, into: &captures))
        #expect(captures.isEmpty)
    }

    @Test func `an empty input can match and has an empty whole match`() throws {
        var captures: [Range<Int>?] = []
        let empty: [UInt8] = []
        #expect(try Pattern("(.*)", anchored: true).captures(in: empty.span, into: &captures))
        #expect(captures == [0..<0, 0..<0])
    }

    @Test func `more groups than fit inline are captured`() throws {
        let pattern = try Pattern(String(repeating: "(.)", count: 40), anchored: true)
        var captures: [Range<Int>?] = []
        let input = [UInt8](repeating: UInt8(ascii: "x"), count: 40)
        #expect(pattern.captures(in: input.span, into: &captures))
        #expect(captures.count == 41)
        #expect(captures.last == 39..<40)
    }

    @Test func `groups are known by number and by name, in RE2's and in Go's spelling`() throws {
        let pattern = try Pattern(#"(?P<job>a)(b)(?<host>c)\(?<[(?<x]"#)
        #expect(pattern.groupCount == 3)
        #expect(pattern.groupNames == ["job", nil, "host"])
        #expect(pattern.groupNumber(named: "host") == 3)
        #expect(pattern.groupNumber(named: "other") == nil)
        #expect(pattern.text == #"(?P<job>a)(b)(?<host>c)\(?<[(?<x]"#)
    }

    @Test(
        arguments: [
            ("(a", "missing", "\\("),
            ("a)", "unexpected )", "\\("),
            ("a**", "bad repetition operator", "1000"),
            ("*a", "no argument for repetition operator", "before"),
            ("[a", "missing ]", "\\["),
            ("a{1001}", "invalid repetition size", "1000"),
            ("(?=a)b", "(?=", "lookahead"),
            ("(?!a)b", "(?!", "lookahead"),
            ("(?<=a)b", "(?<", "lookbehind"),
            ("(?<!a)b", "(?<", "lookbehind"),
            ("(a)\\1", "\\1", "backreferences"),
            ("\\", "trailing", "backslash"),
            ("\\z\\y", "\\y", "syntax"),
            ("(\\pL{3}){300}", "too large", "shorter"),
        ] as [(String, String, String)]
    )
    func `errors say what is wrong and what to do`(
        text: String,
        problem: String,
        remedy: String,
    ) throws {
        let error = try #require(throws: PatternError.self) { try Pattern(text) }
        #expect(error.problem.contains(problem))
        #expect(error.remedy.contains(remedy))
        #expect(error.description == "\(error.problem); \(error.remedy)")
    }

    @Test func `an error says where`() throws {
        let error = try #require(throws: PatternError.self) { try Pattern("ab(c)\\2d") }
        #expect(error.offset == 5)
    }

    @Test func `a pattern beyond the limit is refused`() {
        let text = String(repeating: "a", count: Pattern.maximumLength + 1)
        #expect(throws: PatternError.self) { try Pattern(text) }
    }

    @Test func `patterns are equal by text and anchoring`() throws {
        #expect(try Pattern("a") == Pattern("a"))
        #expect(try Pattern("a") != Pattern("a", anchored: true))
        #expect(try Pattern("a") != Pattern("b"))
        #expect(try Set([Pattern("a"), Pattern("a"), Pattern("b")]).count == 2)
    }

    @Test func `the pattern that matches nothing matches nothing`() {
        var captures: [Range<Int>?] = []
        #expect(!Pattern.nothing.matches(""))
        #expect(!Pattern.nothing.matches("a"))
        #expect(!Pattern.nothing.captures(in: [UInt8(97)].span, into: &captures))
    }

    @Test func `random bytes as input or as pattern never crash`() {
        var random = SplitMix(seed: 7)
        var captures: [Range<Int>?] = []
        for _ in 0..<3000 {
            let input = (0..<Int(random.next() % 24)).map { _ in
                UInt8(truncatingIfNeeded: random.next())
            }
            let alphabet = Array("()[]{}?*+|\\.^$a1-<>P=!:Qi,\u{e9}".utf8)
            let text = (0..<Int(random.next() % 16)).map { _ in
                alphabet[Int(random.next() % UInt64(alphabet.count))]
            }
            guard let pattern = try? Pattern(String(decoding: text, as: UTF8.self)) else {
                continue
            }
            if pattern.captures(in: input.span, into: &captures) {
                #expect(captures.count == pattern.groupCount + 1)
                #expect(captures.allSatisfy { $0.map { $0.upperBound <= input.count } ?? true })
            }
        }
    }
}
