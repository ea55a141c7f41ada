package import Patterns

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
