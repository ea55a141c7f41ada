package import Bytes
package import Telemetry

/// The name of the index that a record goes to, with the record's own day and place in it.
///
/// `logs-%{+YYYY.MM.dd}` has the event's time in UTC in Joda letters, as Logstash and Fluent Bit's
/// users write it; `%{[kubernetes][namespace_name]}` (and `pod_name`, `container_name`, `host`) has
/// what is known of the record's place.
package struct IndexName: Sendable, Hashable {
    fileprivate enum Part: Sendable, Hashable {
        case text(String)
        case date(DateField)
        case place(Place)
    }

    fileprivate enum DateField: Sendable, Hashable {
        case year
        case shortYear
        case month
        case day
        case hour
        case weekYear
        case week
    }

    fileprivate enum Place: String, Sendable, Hashable, CaseIterable {
        case namespace = "[kubernetes][namespace_name]"
        case pod = "[kubernetes][pod_name]"
        case container = "[kubernetes][container_name]"
        case host = "[kubernetes][host]"
    }

    /// Why a pattern can't be an index's name.
    package struct Invalid: Error, Sendable, Hashable {
        /// What would be right.
        package let expected: String
    }

    /// As the user wrote it.
    package let pattern: String
    /// The name stays the same within spans of so many seconds; nil when it never changes.
    package let period: Int64?
    private let parts: [Part]

    /// Reads a pattern.
    package init(_ pattern: String) throws(Invalid) {
        var parts: [Part] = []
        var rest = Substring(pattern)
        while let open = rest.firstRange(of: "%{") {
            if open.lowerBound > rest.startIndex {
                parts.append(.text(String(rest[..<open.lowerBound])))
            }
            guard let close = rest[open.upperBound...].firstIndex(of: "}") else {
                throw Invalid(expected: "`}` after `%{`")
            }
            parts += try Self.parts(of: rest[open.upperBound..<close])
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        try Self.check(parts)
        self.pattern = pattern
        self.parts = parts
        let hasHours = parts.contains { $0 == .date(.hour) }
        let hasDates = parts.contains { if case .date = $0 { true } else { false } }
        self.period = hasHours ? 3_600 : hasDates ? 86_400 : nil
    }

    /// Appends the name for a moment, in seconds since 1970, and a place.
    package func append(
        at seconds: Int64,
        of origin: LogOrigin,
        host: String,
        to out: inout OutputBuffer,
    ) {
        let time = CivilTime(epochSeconds: seconds)
        for part in self.parts {
            switch part {
            case .text(let text): out.append(text)
            case .date(let field): Self.append(field, time, seconds, to: &out)
            case .place(.namespace): out.append(Self.safe(origin.namespace))
            case .place(.pod): out.append(Self.safe(origin.pod))
            case .place(.container): out.append(Self.safe(origin.container))
            case .place(.host): out.append(Self.safe(host))
            }
        }
    }

    private static func append(
        _ field: DateField,
        _ time: CivilTime,
        _ seconds: Int64,
        to out: inout OutputBuffer,
    ) {
        switch field {
        case .year: out.append(decimal: UInt64(max(time.year, 0)), width: 4)
        case .shortYear: out.append(decimal: UInt64(max(time.year, 0)), width: 2)
        case .month: out.append(decimal: UInt64(time.month), width: 2)
        case .day: out.append(decimal: UInt64(time.day), width: 2)
        case .hour: out.append(decimal: UInt64(time.hour), width: 2)
        case .weekYear:
            out.append(decimal: UInt64(max(Self.week(of: seconds).year, 0)), width: 4)
        case .week: out.append(decimal: UInt64(Self.week(of: seconds).week), width: 2)
        }
    }

    /// The ISO 8601 week: the one that holds the Thursday of the day's week.
    private static func week(of seconds: Int64) -> (year: Int, week: Int) {
        let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        // 1970-01-01 was a Thursday.
        let thursday = days - ((days + 3) % 7 + 7) % 7 + 3
        let year = CivilTime(epochSeconds: thursday * 86_400).year
        let newYear = CivilTime.daysSinceEpoch(year: year, month: 1, day: 1)
        return (year, (Int(thursday) - newYear) / 7 + 1)
    }

    private static func parts(of text: Substring) throws(Invalid) -> [Part] {
        guard text.first == "+" else {
            guard let place = Place(rawValue: String(text)) else {
                let known = Place.allCases.map { "%{\($0.rawValue)}" }.joined(separator: ", ")
                throw Invalid(expected: "`%{+YYYY.MM.dd}` or one of \(known)")
            }
            return [.place(place)]
        }
        var parts: [Part] = []
        var rest = text.dropFirst()
        while let letter = rest.first {
            let run = rest.prefix { $0 == letter }
            rest = rest.dropFirst(run.count)
            switch run {
            case "YYYY", "yyyy": parts.append(.date(.year))
            case "YY", "yy": parts.append(.date(.shortYear))
            case "MM": parts.append(.date(.month))
            case "dd": parts.append(.date(.day))
            case "HH": parts.append(.date(.hour))
            case "xxxx": parts.append(.date(.weekYear))
            case "ww": parts.append(.date(.week))
            default:
                if letter.isLetter {
                    throw Invalid(expected: "YYYY, YY, MM, dd, HH, xxxx or ww after `%{+`")
                }
                parts.append(.text(String(run)))
            }
        }
        return parts
    }

    /// Elasticsearch's rules for names, as far as the fixed text can break them.
    private static func check(_ parts: [Part]) throws(Invalid) {
        guard let first = parts.first else { throw Invalid(expected: "an index name") }
        if case .text(let text) = first, let start = text.first, "-_+".contains(start) {
            throw Invalid(expected: "a name that does not start with `-`, `_` or `+`")
        }
        for case .text(let text) in parts {
            if text.contains(where: { $0.isUppercase }) {
                throw Invalid(expected: "a name in lower case")
            }
            if let bad = text.first(where: { "\\/*?\"<>| ,#:\t\n\r".contains($0) }) {
                throw Invalid(expected: "a name without `\(bad)`")
            }
        }
        if parts.reduce(0, { $0 + $1.length }) > 255 {
            throw Invalid(expected: "a name of at most 255 bytes")
        }
    }

    /// What a name from a path may bring into an index's name.
    private static func safe(_ text: String) -> String {
        if text.isEmpty { return "none" }
        return String(text.lowercased().map { "\\/*?\"<>| ,#:".contains($0) ? "_" : $0 })
    }
}

extension IndexName.Part {
    /// The fewest bytes that the part adds to a name.
    fileprivate var length: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .date: 2
        case .place: 1
        }
    }
}
