import Bytes

/// The field `Retry-After`: seconds, or a date.
///
/// Source: RFC 9110, sections 10.2.3 and 5.6.7.
package enum RetryAfter {
    /// The longest wait that is honoured.
    package static let limit = Duration.seconds(3600)

    /// How long an answer asks to wait; nil when it does not, or says it in no known form.
    ///
    /// `now` is seconds since 1970.
    package static func wait(_ response: HTTPResponse, now: Int64) -> Duration? {
        guard let text = response.header("Retry-After") else { return nil }
        return Self.parse(text, now: now)
    }

    /// Reads a field's value.
    package static func parse(_ text: String, now: Int64) -> Duration? {
        let trimmed = text.utf8.filter { $0 != UInt8(ascii: " ") }
        if let seconds = trimmed.span.unsignedDecimal {
            return min(.seconds(Int64(clamping: seconds)), Self.limit)
        }
        guard let date = Self.date(text) else { return nil }
        return min(max(.seconds(date - now), .zero), Self.limit)
    }

    /// Seconds since 1970 of an IMF-fixdate such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static func date(_ text: String) -> Int64? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]), (1...31).contains(day),
            let month = Self.months.firstIndex(of: String(parts[2])), let year = Int(parts[3]),
            (1970...9999).contains(year)
        else { return nil }
        let clock = parts[4].split(separator: ":").compactMap { Int($0) }
        guard clock.count == 3, (0...23).contains(clock[0]), (0...59).contains(clock[1]),
            (0...60).contains(clock[2])
        else { return nil }
        let days = CivilTime.daysSinceEpoch(year: year, month: month + 1, day: day)
        return Int64(days * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2])
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
