/// Durations as Prometheus writes them: `1h30m`, `15s`, `500ms`, `0`.
///
/// The grammar is `([0-9]+y)?([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?` with at
/// least one part, or `0`; a day has 24 hours, a year 365 days (prometheus/common, model/time.go).
package enum DurationSyntax {
    /// The longest duration there is: 292 years, which is what fits 64 bits of nanoseconds.
    package static let longest = Duration.milliseconds(Self.maximumMilliseconds)

    /// The duration that `text` stands for; nil when it is none or beyond 292 years.
    package static func parse(_ text: String) -> Duration? {
        if text == "0" { return .zero }
        let source = Array(text.utf8)
        if source.isEmpty { return nil }
        var units = Self.units[...]
        var total: Int64 = 0
        var index = 0
        while index < source.count {
            guard let number = Self.number(source, at: &index) else { return nil }
            let start = index
            while index < source.count, !Self.isDigit(source[index]) { index += 1 }
            let name = String(decoding: source[start..<index], as: UTF8.self)
            // Each unit at most once, from the greatest down.
            guard let place = units.firstIndex(where: { $0.name == name }) else { return nil }
            let (part, tooBig) = number.multipliedReportingOverflow(by: units[place].milliseconds)
            let (sum, overflow) = total.addingReportingOverflow(part)
            if tooBig || overflow || sum > Self.maximumMilliseconds { return nil }
            total = sum
            units = units[(place + 1)...]
        }
        return .milliseconds(total)
    }

    /// The shortest text for a duration, to the millisecond; years, weeks and days only if even.
    package static func format(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        var rest = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        if rest == 0 { return "0s" }
        var text = rest < 0 ? "-" : ""
        rest = abs(rest)
        for unit in Self.units {
            if unit.isExact, rest % unit.milliseconds != 0 { continue }
            let count = rest / unit.milliseconds
            if count > 0 { text += "\(count)\(unit.name)" }
            rest -= count * unit.milliseconds
        }
        return text
    }

    private static let maximumMilliseconds = Int64.max / 1_000_000

    private static let units: [(name: String, milliseconds: Int64, isExact: Bool)] = [
        ("y", 365 * 86_400_000, true),
        ("w", 7 * 86_400_000, true),
        ("d", 86_400_000, true),
        ("h", 3_600_000, false),
        ("m", 60_000, false),
        ("s", 1000, false),
        ("ms", 1, false),
    ]

    private static func number(_ source: [UInt8], at index: inout Int) -> Int64? {
        let start = index
        while index < source.count, Self.isDigit(source[index]) { index += 1 }
        return Int64(String(decoding: source[start..<index], as: UTF8.self))
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
