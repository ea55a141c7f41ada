/// A date and time of day in UTC, without leap seconds.
public struct CivilTime: Equatable, Sendable {
    /// The proleptic Gregorian year.
    public var year: Int
    /// 1 to 12.
    public var month: Int
    /// 1 to 31.
    public var day: Int
    /// 0 to 23.
    public var hour: Int
    /// 0 to 59.
    public var minute: Int
    /// 0 to 59.
    public var second: Int

    /// Splits seconds since 1970-01-01T00:00:00Z.
    ///
    /// Source: Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
    public init(epochSeconds: Int64) {
        let days = epochSeconds >= 0 ? epochSeconds / 86_400 : (epochSeconds - 86_399) / 86_400
        let rest = Int(epochSeconds - days * 86_400)
        let shifted = Int(days) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        self.day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        self.month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        self.year = yearOfEra + era * 400 + (self.month <= 2 ? 1 : 0)
        self.hour = rest / 3_600
        self.minute = rest / 60 % 60
        self.second = rest % 60
    }

    /// Days from 1970-01-01 to a date; `month` is 1 to 12.
    @inlinable
    public static func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

extension OutputBuffer {
    /// Appends `2026-11-23T17:05:18`, UTC, without fraction and zone.
    public mutating func append(civilTime time: CivilTime) {
        self.append(decimal: UInt64(max(time.year, 0)), width: 4)
        self.append(UInt8(ascii: "-"))
        self.append(decimal: UInt64(time.month), width: 2)
        self.append(UInt8(ascii: "-"))
        self.append(decimal: UInt64(time.day), width: 2)
        self.append(UInt8(ascii: "T"))
        self.append(decimal: UInt64(time.hour), width: 2)
        self.append(UInt8(ascii: ":"))
        self.append(decimal: UInt64(time.minute), width: 2)
        self.append(UInt8(ascii: ":"))
        self.append(decimal: UInt64(time.second), width: 2)
    }

    /// Appends nanoseconds since 1970 as RFC 3339 in UTC with nine digits of fraction.
    public mutating func append(rfc3339 nanoseconds: Int64) {
        let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        let seconds = remainder < 0 ? quotient - 1 : quotient
        let fraction = remainder < 0 ? remainder + 1_000_000_000 : remainder
        self.append(civilTime: CivilTime(epochSeconds: seconds))
        self.append(UInt8(ascii: "."))
        self.append(decimal: UInt64(fraction), width: 9)
        self.append(UInt8(ascii: "Z"))
    }
}
