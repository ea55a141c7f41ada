import Testing

@testable import Config

@Suite
struct NumberSyntaxTests {
    @Test(
        arguments: [
            ("true", true), ("True", true), ("TRUE", true), ("yes", true), ("on", true),
            ("y", true), ("false", false), ("No", false), ("OFF", false), ("n", false),
            ("1", nil), ("0", nil), ("tRUE", nil), ("", nil), ("enabled", nil), ("ja", nil),
        ] as [(String, Bool?)]
    )
    func bools(text: String, expected: Bool?) {
        #expect(NumberSyntax.bool(text) == expected)
    }

    @Test(
        arguments: [
            ("0", 0), ("-1", -1), ("+7", 7), ("1_000_000", 1_000_000), ("0x1F", 31),
            ("-0x10", -16), ("0o17", 15), ("0b101", 5), ("9223372036854775807", .max),
            ("9223372036854775808", nil), ("010", nil), ("1.0", nil), ("1e3", nil), ("", nil),
            ("-", nil), ("--1", nil), ("0x", nil), ("0x-1", nil), ("_1", nil), ("abc", nil),
            (" 1", nil), ("1 ", nil), ("٣", nil), ("00", nil),
        ] as [(String, Int?)]
    )
    func ints(text: String, expected: Int?) {
        #expect(NumberSyntax.int(text) == expected)
    }

    @Test(
        arguments: [
            ("0", 0), ("1.5", 1.5), ("-1e3", -1000), (".5", 0.5), ("1_000", 1000),
            (".inf", .infinity),
            ("-.Inf", -.infinity), ("0x10", 16), ("nan", nil), ("inf", nil), ("1,5", nil),
            ("", nil),
            ("0x1p3", nil), ("1e", nil), (" 1", nil), ("-", nil),
        ] as [(String, Double?)]
    )
    func doubles(text: String, expected: Double?) {
        #expect(NumberSyntax.double(text) == expected)
    }

    @Test func `not a number is a number to YAML`() {
        #expect(NumberSyntax.double(".nan")?.isNaN == true)
    }
}
