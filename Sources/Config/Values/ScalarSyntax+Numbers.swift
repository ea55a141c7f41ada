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
