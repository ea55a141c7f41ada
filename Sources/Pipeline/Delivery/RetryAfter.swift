import Bytes

/// The time that a destination asks to be left alone.
package enum RetryAfter {
    /// The longest wait that is honoured; more would look like a standstill.
    package static let limit = Duration.seconds(600)

    /// Reads the field's value: seconds, or a date in RFC 9110's preferred form; nil otherwise.
    ///
    /// Source: RFC 9110, sections 10.2.3 and 5.6.7.
    package static func duration(_ value: String, now wallNanoseconds: Int64) -> Duration? {
        let text = value.utf8.filter { !isBlank($0) }
        if let seconds = text.span.unsignedDecimal {
            return min(.seconds(Int64(clamping: seconds)), Self.limit)
        }
        guard let date = Self.date(value) else { return nil }
        let wait = date - wallNanoseconds / 1_000_000_000
        return min(max(.seconds(wait), .zero), Self.limit)
    }

    /// Seconds since 1970 of `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static func date(_ value: String) -> Int64? {
        let parts = value.split { " ,:".contains($0) }
        guard
            parts.count == 8, parts[7] == "GMT",
            let day = Int(parts[1]), (1...31).contains(day),
            let month = Self.months.firstIndex(of: String(parts[2])),
            let year = Int(parts[3]), (1970...9999).contains(year),
            let hour = Int(parts[4]), let minute = Int(parts[5]), let second = Int(parts[6]),
            (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        let days = CivilTime.daysSinceEpoch(year: year, month: month + 1, day: day)
        return Int64(days * 86_400 + hour * 3_600 + minute * 60 + second)
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
