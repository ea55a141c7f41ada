import Patterns
import Testing

@testable import Config

/// Every reader of one value: what it takes, and what it says about what it does not take.
@Suite
struct ScalarReaderTests {
    enum Scheme: String, CaseIterable {
        case http
        case https
    }

    private func message(
        _ text: String,
        _ read: ConfigReader<Void>,
    ) throws -> String {
        let reading = try Reading(text, read)
        #expect(reading.problems.count == 1)
        return reading.problems.first ?? ""
    }

    @Test func `every type is read`() throws {
        let text = """
            s: text
            number: 5
            b: on
            i: -0x10
            d: 1.5e3
            t: 1h30m
            z: 10MB
            p: (a|b)
            c: https
            f: certs/ca.crt
            """
        let reading = try Reading(text, file: "/etc/martlet/m.yaml") { node in
            #expect(node.string("s", default: "", "") == "text")
            #expect(node.string("number", "") == "5")
            #expect(node.bool("b", default: false, "") == true)
            #expect(node.int("i", default: 0, "") == -16)
            #expect(node.double("d", default: 0, "") == 1500)
            #expect(node.duration("t", default: .zero, "") == .seconds(5400))
            #expect(node.size("z", default: 0, "") == 10 << 20)
            #expect(node.pattern("p", anchored: true, default: .nothing, "").matches("b"))
            #expect(node.choice("c", default: Scheme.http, "") == .https)
            #expect(node.filePath("f", "") == "/etc/martlet/certs/ca.crt")
        }
        #expect(reading.problems.isEmpty)
    }

    @Test(arguments: ["{}", "a:", "a: ~", "a: null", "a: NULL"])
    func `an absent value is the default, and so is an empty one`(text: String) throws {
        let reading = try Reading(text) { node in
            #expect(node.string("a", default: "x", "") == "x")
            #expect(node.string("a", "") == nil)
            #expect(node.bool("a", default: true, "") == true)
            #expect(node.int("a", default: 7, "") == 7)
            #expect(node.duration("a", default: .seconds(1), "") == .seconds(1))
            #expect(node.choice("a", default: Scheme.https, "") == .https)
            #expect(node.filePath("a", "") == nil)
        }
        #expect(reading.problems.isEmpty)
    }

    @Test func `an empty regex is the empty pattern, quoted null is text`() throws {
        let reading = try Reading("a:\nb: 'null'\nc: !!str null\n") { node in
            #expect(node.pattern("a", anchored: true, default: .nothing, "").text.isEmpty)
            #expect(node.string("b", "") == "null")
            #expect(node.string("c", "") == "null")
        }
        #expect(reading.problems.isEmpty)
    }

    @Test(
        arguments: [
            ("k: [1]", "expected true or false, found a list"),
            ("k: {a: 1}", "expected true or false, found a mapping"),
            ("k: maybe", "expected true or false, found \"maybe\""),
            ("k: \"a\\nb\\e\"", "expected true or false, found \"a\\nb\\u{1b}\""),
        ]
    )
    func `a wrong bool is shown`(text: String, expected: String) throws {
        let message = try self.message(text) { node in _ = node.bool("k", default: true, "") }
        #expect(message == "m.yaml:1:4: error: k: \(expected)")
    }

    @Test(
        arguments: [
            ("x", "expected a whole number, found \"x\""),
            ("1.5", "expected a whole number, found \"1.5\""),
            ("010", "expected a whole number, found \"010\"; remove the leading zero"),
            ("0", "expected a whole number from 1 to 10, found \"0\""),
            ("11", "expected a whole number from 1 to 10, found \"11\""),
        ]
    )
    func `a wrong int is shown`(value: String, expected: String) throws {
        let message = try self.message("k: \(value)") { node in
            #expect(node.int("k", default: 3, in: 1...10, "") == 3)
        }
        #expect(message == "m.yaml:1:4: error: k: \(expected)")
    }

    @Test(
        arguments: [
            ("15", "expected a duration such as 15s or 1h30m, found \"15\"; add a unit: 15s"),
            (
                "1.5s",
                "expected a duration such as 15s or 1h30m, found \"1.5s\"; write whole numbers "
                    + "with y, w, d, h, m, s or ms, the greatest first",
            ),
            ("1ms", "expected a duration of at least 1s, found \"1ms\""),
        ]
    )
    func `a wrong duration is shown`(value: String, expected: String) throws {
        let message = try self.message("k: \(value)") { node in
            let range = Duration.seconds(1)...DurationSyntax.longest
            #expect(node.duration("k", default: .seconds(9), in: range, "") == .seconds(9))
        }
        #expect(message == "m.yaml:1:4: error: k: \(expected)")
    }

    @Test func `other wrong values are shown`() throws {
        let text = """
            z: 10 apples
            y: 1KB
            d: many
            e: 2.5
            c: htpp
            g: gopher
            p: (a
            l: (?!a)
            """
        let reading = try Reading(text) { node in
            _ = node.size("z", default: 0, "")
            _ = node.size("y", default: 4096, in: 2048...(1 << 20), "")
            _ = node.double("d", default: 0, "")
            _ = node.double("e", default: 0, in: 0...1, "")
            _ = node.choice("c", default: Scheme.http, "")
            _ = node.choice("g", of: Scheme.self, "")
            _ = node.pattern("p", anchored: false, "")
            _ = node.pattern("l", anchored: false, "")
        }
        #expect(
            reading.problems == [
                "m.yaml:1:4: error: z: expected a size such as 512KB, 10MB or 1GiB, found "
                    + "\"10 apples\"; units are B, KB, MB, GB, TB, PB and EB",
                "m.yaml:2:4: error: y: expected a size from 2KiB to 1MiB, found \"1KB\"",
                "m.yaml:3:4: error: d: expected a number, found \"many\"",
                "m.yaml:4:4: error: e: expected a number from 0.0 to 1.0, found \"2.5\"",
                "m.yaml:5:4: error: c: expected one of http, https, found \"htpp\"; did you mean "
                    + "http?",
                "m.yaml:6:4: error: g: expected one of http, https, found \"gopher\"",
                "m.yaml:7:4: error: p: expected a regular expression in RE2's syntax (missing ): "
                    + "`(a` at offset 0), found \"(a\"; close every ( with a ), or write \\( and "
                    + "\\) for the characters themselves",
                "m.yaml:8:4: error: l: expected a regular expression in RE2's syntax (invalid "
                    + "perl operator: `(?!` at offset 0), found \"(?!a)\"; RE2 has no lookahead "
                    + "or lookbehind; match more and use a group instead",
            ]
        )
    }

    @Test func `a choice can ignore case`() throws {
        let reading = try Reading("c: HTTPS") { node in
            node.choice("c", default: Scheme.http, ignoringCase: true, "")
        }
        #expect(reading.value == .https)
    }

    @Test func `what is required and missing is named, and reading goes on`() throws {
        let reading = try Reading("x: 1\nsub: {}\nc: http\n") { node throws(ConfigError) in
            #expect(node.requiredString("name", "").isEmpty)
            #expect(node.requiredChoice("c", of: Scheme.self, "") == .http)
            return try node.section("sub", "") { node in
                node.requiredValue("wait", .duration(in: .zero ... .seconds(1)), "")
            }
        }
        #expect(reading.value == nil)
        #expect(
            reading.problems == [
                "m.yaml:1:1: error: name: expected a text, found nothing; add the key name",
                "m.yaml:1:1: error: x: unknown key; known here: c, name, sub",
                "m.yaml:2:6: error: sub.wait: expected a duration such as 15s or 1h30m, found "
                    + "nothing; add the key wait",
            ]
        )
    }

    @Test func `a component can have a notation of its own`() throws {
        struct Port: CustomStringConvertible {
            let number: Int
            var description: String { ":\(self.number)" }
        }
        let syntax = ScalarSyntax(
            "port",
            expectation: "a port such as :80",
            standIn: Port(number: 0),
            describe: { $0.description },
            parse: { text throws(ScalarMismatch) in
                guard text.hasPrefix(":"), let number = Int(text.dropFirst()) else {
                    throw ScalarMismatch(remedy: "put a colon before it")
                }
                return Port(number: number)
            },
        )
        let reading = try Reading("a: :80\nb: 80\n") { node in
            #expect(node.value("a", syntax, default: Port(number: 1), "").number == 80)
            #expect(node.value("b", syntax, default: Port(number: 1), "").number == 1)
        }
        #expect(
            reading.problems == [
                "m.yaml:2:4: error: b: expected a port such as :80, found \"80\"; put a colon "
                    + "before it"
            ]
        )
    }
}
