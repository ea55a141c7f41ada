package import Patterns

/// How one kind of value is written: its name, its grammar and its default's look.
///
/// The readers of `ConfigNode` have one for each type people need; a component with a notation of
/// its own makes another with `init(_:expectation:standIn:…)`.
package struct ScalarSyntax<Value> {
    /// The type's name in the reference, such as `duration`.
    package let name: String
    /// What a message says was expected, such as `a duration such as 15s or 1h30m`.
    package let expectation: String
    /// The value to go on with when a required one is missing or wrong; never used in earnest.
    package let standIn: Value
    /// Which environment variables are put in before parsing.
    package var substitution = Substitution.variables
    /// Whether an empty value is the empty text instead of a missing value.
    package var takesNull = false
    /// The text that stands for a value, for the reference.
    package let describe: (Value) -> String
    /// Makes the value.
    package let parse: (String) throws(ScalarMismatch) -> Value

    /// Describes a notation; see the properties.
    package init(
        _ name: String,
        expectation: String,
        standIn: Value,
        describe: @escaping (Value) -> String,
        parse: @escaping (String) throws(ScalarMismatch) -> Value,
    ) {
        self.name = name
        self.expectation = expectation
        self.standIn = standIn
        self.describe = describe
        self.parse = parse
    }
}

/// Why a text is no value of a type.
package struct ScalarMismatch: Error, Sendable {
    /// What was expected, if that is narrower than the type's own words.
    package let expectation: String?
    /// What to do; empty when the expectation says it all.
    package let remedy: String

    /// Describes a mismatch.
    package init(expectation: String? = nil, remedy: String = "") {
        self.expectation = expectation
        self.remedy = remedy
    }
}

extension ScalarSyntax where Value == String {
    /// Any text; numbers and booleans are taken as written.
    package static func string(_ substitution: Substitution = .variables) -> Self {
        var syntax = Self(
            "string",
            expectation: "a text",
            standIn: "",
            describe: { $0.isEmpty ? "\"\"" : $0 },
            parse: { text throws(ScalarMismatch) in text },
        )
        syntax.substitution = substitution
        return syntax
    }

    /// One of a few texts.
    package static func choice(of allowed: [String]) -> Self {
        Self(
            allowed.joined(separator: " | "),
            expectation: "one of \(allowed.joined(separator: ", "))",
            standIn: allowed.first ?? "",
            describe: { $0 },
            parse: { text throws(ScalarMismatch) in
                if allowed.contains(text) { return text }
                throw ScalarMismatch(remedy: Choices.remedy(for: text, among: allowed))
            },
        )
    }
}

extension ScalarSyntax where Value == Bool {
    /// `true` or `false`, or another of YAML 1.1's spellings such as `yes` and `off`.
    package static var bool: Self {
        Self(
            "boolean",
            expectation: "true or false",
            standIn: false,
            describe: { "\($0)" },
            parse: { text throws(ScalarMismatch) in
                guard let value = NumberSyntax.bool(text) else { throw ScalarMismatch() }
                return value
            },
        )
    }
}

extension ScalarSyntax where Value == Int {
    /// A whole number within `range`.
    package static func int(in range: ClosedRange<Int>) -> Self {
        Self(
            "integer",
            expectation: "a whole number",
            standIn: range.lowerBound,
            describe: { "\($0)" },
            parse: { text throws(ScalarMismatch) in
                guard let value = NumberSyntax.int(text) else {
                    let isOctal = text.hasPrefix("0") && text.utf8.allSatisfy { $0 < 0x3a }
                    throw ScalarMismatch(remedy: isOctal ? "remove the leading zero" : "")
                }
                guard range.contains(value) else {
                    throw ScalarMismatch(
                        expectation: Bounds.text(
                            "a whole number",
                            range.lowerBound == .min ? nil : "\(range.lowerBound)",
                            range.upperBound == .max ? nil : "\(range.upperBound)",
                        )
                    )
                }
                return value
            },
        )
    }

    /// A number of bytes such as `10MB`, within `range`.
    package static func size(in range: ClosedRange<Int>) -> Self {
        Self(
            "size",
            expectation: "a size such as 512KB, 10MB or 1GiB",
            standIn: range.lowerBound,
            describe: SizeSyntax.format,
            parse: { text throws(ScalarMismatch) in
                guard let value = SizeSyntax.parse(text) else {
                    throw ScalarMismatch(remedy: "units are B, KB, MB, GB, TB, PB and EB")
                }
                guard range.contains(value) else {
                    throw ScalarMismatch(
                        expectation: Bounds.text(
                            "a size",
                            range.lowerBound == 0 ? nil : SizeSyntax.format(range.lowerBound),
                            range.upperBound == .max ? nil : SizeSyntax.format(range.upperBound),
                        )
                    )
                }
                return value
            },
        )
    }
}

extension ScalarSyntax where Value == Double {
    /// A number within `range`.
    package static func double(in range: ClosedRange<Double>) -> Self {
        Self(
            "number",
            expectation: "a number",
            standIn: range.lowerBound.isFinite ? range.lowerBound : 0,
            describe: { "\($0)" },
            parse: { text throws(ScalarMismatch) in
                guard let value = NumberSyntax.double(text) else { throw ScalarMismatch() }
                guard range.contains(value) else {
                    throw ScalarMismatch(
                        expectation: Bounds.text(
                            "a number",
                            range.lowerBound.isFinite ? "\(range.lowerBound)" : nil,
                            range.upperBound.isFinite ? "\(range.upperBound)" : nil,
                        )
                    )
                }
                return value
            },
        )
    }
}

extension ScalarSyntax where Value == Duration {
    /// A duration in Prometheus's syntax, within `range`.
    package static func duration(in range: ClosedRange<Duration>) -> Self {
        Self(
            "duration",
            expectation: "a duration such as 15s or 1h30m",
            standIn: range.lowerBound,
            describe: DurationSyntax.format,
            parse: { text throws(ScalarMismatch) in
                guard let value = DurationSyntax.parse(text) else {
                    throw ScalarMismatch(remedy: Self.durationRemedy(text))
                }
                guard range.contains(value) else {
                    let upper = range.upperBound == DurationSyntax.longest ? nil : range.upperBound
                    throw ScalarMismatch(
                        expectation: Bounds.text(
                            "a duration",
                            DurationSyntax.format(range.lowerBound),
                            upper.map(DurationSyntax.format),
                        )
                    )
                }
                return value
            },
        )
    }

    private static func durationRemedy(_ text: String) -> String {
        if Int(text) != nil { return "add a unit: \(text)s" }
        return "write whole numbers with y, w, d, h, m, s or ms, the greatest first"
    }
}

extension ScalarSyntax where Value == Pattern {
    /// A regular expression in RE2's syntax; an empty value is the empty pattern.
    package static func pattern(anchored: Bool) -> ScalarSyntax<Pattern> {
        var syntax = Self(
            "regex",
            expectation: "a regular expression in RE2's syntax",
            standIn: .nothing,
            describe: { $0.text.isEmpty ? "\"\"" : $0.text },
            parse: { text throws(ScalarMismatch) in
                do throws(PatternError) {
                    return try Pattern(text, anchored: anchored)
                } catch {
                    throw ScalarMismatch(
                        expectation: "a regular expression in RE2's syntax (\(error.problem))",
                        remedy: error.remedy,
                    )
                }
            },
        )
        syntax.takesNull = true
        return syntax
    }
}
