package import Patterns

extension ConfigNode {
    /// Reads a text.
    package mutating func string(
        _ key: String,
        default value: String,
        _ summary: String,
    ) -> String { self.value(key, .string(), default: value, summary) }

    /// Reads a text that may be absent.
    package mutating func string(_ key: String, _ summary: String) -> String? {
        self.value(key, .string(), summary)
    }

    /// Reads a text that must be there.
    package mutating func requiredString(_ key: String, _ summary: String) -> String {
        self.requiredValue(key, .string(), summary)
    }

    /// Reads a text in which `${…}` is left for whoever uses it, such as a relabeling's replacement.
    package mutating func rawString(
        _ key: String,
        default value: String,
        _ summary: String,
    ) -> String { self.value(key, .string(.none), default: value, summary) }

    /// Reads a text that may be absent and in which `${…}` is left as it is.
    package mutating func rawString(_ key: String, _ summary: String) -> String? {
        self.value(key, .string(.none), summary)
    }

    /// Reads a boolean, in any of YAML 1.1's spellings.
    package mutating func bool(_ key: String, default value: Bool, _ summary: String) -> Bool {
        self.value(key, .bool, default: value, summary)
    }

    /// Reads a boolean that may be absent.
    package mutating func bool(_ key: String, _ summary: String) -> Bool? {
        self.value(key, .bool, summary)
    }

    /// Reads a whole number within a range.
    package mutating func int(
        _ key: String,
        default value: Int,
        in range: ClosedRange<Int> = .min ... .max,
        _ summary: String,
    ) -> Int { self.value(key, .int(in: range), default: value, summary) }

    /// Reads a whole number that may be absent.
    package mutating func int(
        _ key: String,
        in range: ClosedRange<Int> = .min ... .max,
        _ summary: String,
    ) -> Int? { self.value(key, .int(in: range), summary) }

    /// Reads a number within a range.
    package mutating func double(
        _ key: String,
        default value: Double,
        in range: ClosedRange<Double> = -.infinity ... .infinity,
        _ summary: String,
    ) -> Double { self.value(key, .double(in: range), default: value, summary) }

    /// Reads a number that may be absent.
    package mutating func double(
        _ key: String,
        in range: ClosedRange<Double> = -.infinity ... .infinity,
        _ summary: String,
    ) -> Double? { self.value(key, .double(in: range), summary) }

    /// Reads a duration in Prometheus's syntax, such as `1h30m`.
    package mutating func duration(
        _ key: String,
        default value: Duration,
        in range: ClosedRange<Duration> = .zero...DurationSyntax.longest,
        _ summary: String,
    ) -> Duration { self.value(key, .duration(in: range), default: value, summary) }

    /// Reads a duration that may be absent.
    package mutating func duration(
        _ key: String,
        in range: ClosedRange<Duration> = .zero...DurationSyntax.longest,
        _ summary: String,
    ) -> Duration? { self.value(key, .duration(in: range), summary) }

    /// Reads a size in bytes, such as `10MB`; units are base 2.
    package mutating func size(
        _ key: String,
        default value: Int,
        in range: ClosedRange<Int> = 0 ... .max,
        _ summary: String,
    ) -> Int { self.value(key, .size(in: range), default: value, summary) }

    /// Reads a size that may be absent.
    package mutating func size(
        _ key: String,
        in range: ClosedRange<Int> = 0 ... .max,
        _ summary: String,
    ) -> Int? { self.value(key, .size(in: range), summary) }

    /// Reads a regular expression; an empty value is the empty pattern, as in Prometheus.
    package mutating func pattern(
        _ key: String,
        anchored: Bool,
        default value: Pattern,
        _ summary: String,
    ) -> Pattern { self.value(key, .pattern(anchored: anchored), default: value, summary) }

    /// Reads a regular expression that may be absent.
    package mutating func pattern(
        _ key: String,
        anchored: Bool,
        _ summary: String,
    ) -> Pattern? { self.value(key, .pattern(anchored: anchored), summary) }

    /// Reads one of an enumeration's raw values.
    package mutating func choice<Value: RawRepresentable & CaseIterable & Sendable>(
        _ key: String,
        default value: Value,
        ignoringCase: Bool = false,
        _ summary: String,
    ) -> Value where Value.RawValue == String {
        self.value(key, .choice(Value.self, ignoringCase: ignoringCase), default: value, summary)
    }

    /// Reads one of an enumeration's raw values that may be absent.
    package mutating func choice<Value: RawRepresentable & CaseIterable & Sendable>(
        _ key: String,
        of type: Value.Type,
        ignoringCase: Bool = false,
        _ summary: String,
    ) -> Value? where Value.RawValue == String {
        self.value(key, .choice(type, ignoringCase: ignoringCase), summary)
    }

    /// Reads one of an enumeration's raw values that must be there.
    package mutating func requiredChoice<Value: RawRepresentable & CaseIterable & Sendable>(
        _ key: String,
        of type: Value.Type,
        ignoringCase: Bool = false,
        _ summary: String,
    ) -> Value where Value.RawValue == String {
        self.requiredValue(key, .choice(type, ignoringCase: ignoringCase), summary)
    }

    /// Reads the path of a file or directory; a relative one is relative to the configuration file.
    package mutating func filePath(
        _ key: String,
        default value: String,
        _ summary: String,
    ) -> String { self.value(key, self.pathSyntax, default: value, summary) }

    /// Reads a path that may be absent; an empty one is as good as none.
    package mutating func filePath(_ key: String, _ summary: String) -> String? {
        let path = self.value(key, self.pathSyntax, summary)
        return path == "" ? nil : path
    }

    /// Reads a list of paths; relative ones are relative to the configuration file.
    package mutating func filePaths(_ key: String, _ summary: String) -> [String] {
        self.list(key, of: self.pathSyntax, summary)
    }

    var pathSyntax: ScalarSyntax<String> {
        let directory = self.session.document.directory
        return ScalarSyntax(
            "path",
            expectation: "a path",
            standIn: "",
            describe: { $0.isEmpty ? "\"\"" : $0 },
            parse: { path throws(ScalarMismatch) in
                path.isEmpty || path.hasPrefix("/") ? path : directory + path
            },
        )
    }
}
