/// The `Date` field's form of time: RFC 9110 §5.6.7, `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Formats seconds since 1970, not negative.
    static func text(_ seconds: Int) -> String {
        let days = seconds / 86400
        let clock = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60].map(Self.two)
        // Counting years from March puts the leap day last (Hinnant, "chrono-compatible low-level
        // date algorithms", civil_from_days).
        let shifted = days + 719_468
        let ofEra = shifted % 146_097
        let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let fromMarch = (5 * ofYear + 2) / 153
        let day = ofYear - (153 * fromMarch + 2) / 5 + 1
        let month = (fromMarch + 2) % 12
        let year = yearOfEra + shifted / 146_097 * 400 + (month < 2 ? 1 : 0)
        return "\(Self.days[days % 7]), \(Self.two(day)) \(Self.months[month]) \(year)"
            + " \(clock.joined(separator: ":")) GMT"
    }

    private static func two(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
