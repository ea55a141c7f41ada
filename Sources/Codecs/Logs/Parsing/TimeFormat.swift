import Bytes

/// How a time is written, in `strptime`'s directives.
///
/// `%Y %y %m %b %B %d %e %j %H %I %p %M %S %z %Z %a %A %s %T %D %F %R %t %n %%` as in POSIX, and `%L`,
/// `%N` and `%f` for the digits of a fraction, as Fluent Bit, Ruby and Python call it. A blank stands
/// for any number of blanks.
package struct TimeFormat: Sendable, Hashable {
    /// What is wrong with a format.
    package struct Invalid: Error, Hashable {
        /// What was expected, what was found, and where.
        package let message: String
    }

    enum Piece: Sendable, Hashable {
        case literal(UInt8)
        case blanks
        case year, shortYear, month, monthName, day, dayOfYear, weekday
        case hour, hour12, meridiem, minute, second, fraction
        case zone, zoneName, epoch
    }

    /// The most bytes of a format.
    package static let lengthLimit = 128
    /// The years whose nanoseconds fit 64 bits.
    static let years = 1678...2261

    /// The format as it is written.
    package let text: String
    let pieces: [Piece]
    /// Whether the year has to be found out from elsewhere.
    let lacksYear: Bool

    /// Reads a format.
    package init(_ text: String) throws(Invalid) {
        guard text.utf8.count <= Self.lengthLimit else {
            throw Invalid(message: "expected at most \(Self.lengthLimit) bytes of a time format")
        }
        var pieces: [Piece] = []
        var isDirective = false
        for byte in text.utf8 {
            if isDirective {
                guard let meant = Self.pieces(of: byte) else {
                    throw Invalid(
                        message: "`%\(Character(UnicodeScalar(byte)))` is no part of a time format"
                    )
                }
                pieces += meant
                isDirective = false
            } else if byte == UInt8(ascii: "%") {
                isDirective = true
            } else {
                pieces.append(isBlank(byte) ? .blanks : .literal(byte))
            }
        }
        if isDirective {
            throw Invalid(message: "`%` at the end of a time format stands for nothing")
        }
        let hasDay = pieces.contains(.day) && !Set([.month, .monthName]).isDisjoint(with: pieces)
        guard pieces.contains(.epoch) || hasDay || pieces.contains(.dayOfYear) else {
            throw Invalid(message: "expected a day in the time format (%m and %d, %j or %s)")
        }
        self.text = text
        self.pieces = pieces
        self.lacksYear = Set([.year, .shortYear, .epoch]).isDisjoint(with: pieces)
    }

    private static func pieces(of directive: UInt8) -> [Piece]? {
        switch directive {
        case UInt8(ascii: "Y"): [.year]
        case UInt8(ascii: "y"): [.shortYear]
        case UInt8(ascii: "m"): [.month]
        case UInt8(ascii: "b"), UInt8(ascii: "B"), UInt8(ascii: "h"): [.monthName]
        case UInt8(ascii: "d"), UInt8(ascii: "e"): [.day]
        case UInt8(ascii: "j"): [.dayOfYear]
        case UInt8(ascii: "a"), UInt8(ascii: "A"): [.weekday]
        case UInt8(ascii: "H"), UInt8(ascii: "k"): [.hour]
        case UInt8(ascii: "I"), UInt8(ascii: "l"): [.hour12]
        case UInt8(ascii: "p"): [.meridiem]
        case UInt8(ascii: "M"): [.minute]
        case UInt8(ascii: "S"): [.second]
        case UInt8(ascii: "L"), UInt8(ascii: "N"), UInt8(ascii: "f"): [.fraction]
        case UInt8(ascii: "z"): [.zone]
        case UInt8(ascii: "Z"): [.zoneName]
        case UInt8(ascii: "s"): [.epoch]
        case UInt8(ascii: "T"):
            [.hour, .literal(0x3a), .minute, .literal(0x3a), .second]
        case UInt8(ascii: "R"): [.hour, .literal(0x3a), .minute]
        case UInt8(ascii: "F"): [.year, .literal(0x2d), .month, .literal(0x2d), .day]
        case UInt8(ascii: "D"): [.month, .literal(0x2f), .day, .literal(0x2f), .shortYear]
        case UInt8(ascii: "t"), UInt8(ascii: "n"): [.blanks]
        case UInt8(ascii: "%"): [.literal(0x25)]
        default: nil
        }
    }

    /// The month whose English name, of three letters or in full, the text begins with.
    static func month(_ text: borrowing Span<UInt8>) -> Int? {
        if text.count < 3 { return nil }
        let start = text.extracting(first: 3)
        for place in 0..<12 where start.equalsIgnoringCase(Self.months[place]) { return place + 1 }
        return nil
    }

    private static let months: InlineArray<12, StaticString> = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
}
