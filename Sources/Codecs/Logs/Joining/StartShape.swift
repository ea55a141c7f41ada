import Bytes

/// What the beginning of a line says of whether a record begins there.
enum StartShape: UInt8, Sendable {
    /// Nothing.
    case none
    /// A bracket or a brace, which traces and objects have, too.
    case bracket
    /// A date, a time, a number of seconds, an address: what every record of a program begins with.
    case time
    /// A level or one of logfmt's keys.
    case level
    /// One JSON object and nothing else.
    case object

    /// Whether a record begins here whatever went before.
    var isStart: Bool { self.rawValue >= Self.time.rawValue }

    /// Looks at a line's first bytes.
    init(_ line: borrowing Span<UInt8>) {
        let start = line.indent
        self = start < line.count ? Self.shape(of: line, at: start) : .none
    }

    private static func shape(of line: borrowing Span<UInt8>, at start: Int) -> StartShape {
        let first = line[start]
        if first &- 0x30 < 10 { return Self.isTime(line, at: start) ? .time : .none }
        switch first {
        case UInt8(ascii: "{") where start == 0:
            return line[line.contentEnd - 1] == UInt8(ascii: "}") ? .object : .bracket
        case UInt8(ascii: "["):
            if Self.isTime(line, at: start + 1) { return .time }
            if Self.isLevel(line, at: start + 1) { return .level }
            return start == 0 ? .bracket : .none
        case UInt8(ascii: "<"):
            // syslog's priority
            let digits = line.digits(at: start + 1)
            let isPriority = 1...3 ~= digits && line.byte(at: start + 1 + digits) == 0x3e
            return isPriority ? .time : .none
        default:
            if (first | 0x20) &- 0x61 >= 26 { return .none }
            if Self.isLevel(line, at: start) { return .level }
            return Self.isNamedTime(line, at: start) ? .time : .none
        }
    }

    /// `2023-11-14`, `22:13:20`, `14/Nov/2023`, `1700000000.123`, `10.0.0.1 - -`, `1:M 14 Nov` and so on.
    private static func isTime(_ line: borrowing Span<UInt8>, at start: Int) -> Bool {
        let digits = line.digits(at: start)
        let end = start &+ digits
        let after = line.byte(at: end)
        let next = line.byte(at: end &+ 1)
        let isNextDigit = next &- 0x30 < 10
        switch digits {
        case 4:
            return isNextDigit && (after == 0x2d || after == 0x2f || after == 0x2e)
        case 1, 2:
            if isNextDigit {
                if after == 0x2f || after == 0x2e { return Self.isDateOrAddress(line, at: start) }
                return digits == 2 && (after == 0x3a || after == 0x2d)
                    && line.digits(at: end + 1) == 2
            }
            let isLetter = next &- 0x41 < 26
            // Redis: process, role
            if after == 0x3a { return isLetter && line.byte(at: end + 2) == 0x20 }
            let isMonth = Self.isMonth(line, at: end + 1)
            return isMonth && (after == 0x2f || after == 0x2d || after == 0x20)
        case 3: return after == 0x2e && isNextDigit && Self.isDateOrAddress(line, at: start)
        case 8: return after == UInt8(ascii: "T") || after == 0x20 || after == 0x2d
        case 10...19: return after == 0x2e || after == 0x20 || after == 0x2c || after == 0x09
        default: return false
        }
    }

    /// Three or four numbers with one kind of separator, and then no letter.
    private static func isDateOrAddress(_ line: borrowing Span<UInt8>, at start: Int) -> Bool {
        var offset = start
        var numbers = 0
        let separator = line.byte(at: start + line.digits(at: start))
        while numbers < 4 {
            let digits = line.digits(at: offset)
            if digits == 0 || digits > 4 { return false }
            numbers += 1
            offset += digits
            if line.byte(at: offset) != separator { break }
            offset += 1
        }
        let after = line.byte(at: offset)
        return numbers >= 3 && (after == 0x20 || after == 0x3a || after == 0x5d || after == 0x09)
    }

    /// Whether a line that begins a record has a level near its start that announces no trouble.
    static func isQuiet(_ line: borrowing Span<UInt8>) -> Bool {
        let end = min(line.count, Self.levelReach) &- 3
        var index = 0
        while index < end {
            let first = line[index] | 0x20
            if first == UInt8(ascii: "i") || first == UInt8(ascii: "d"),
                index == 0 || (line[index &- 1] | 0x20) &- 0x61 >= 26,
                let word = line.word(at: index, count: 3), Self.quietWords.contains(word)
            {
                return true
            }
            index &+= 1
        }
        return false
    }

    /// So far from a line's start its level is looked for.
    private static let levelReach = 64
    private static let quietWords = Self.words(["inf", "deb", "dbg"])

    /// `Nov 14 22:13:20`, `Tue, 14 Nov`, `Tue Nov 14`, klog's `I1114 22:13:20` and so on.
    private static func isNamedTime(_ line: borrowing Span<UInt8>, at start: Int) -> Bool {
        // Ruby's logger: `E, [2023-11-14T`
        if line.has(", [", at: start + 1) { return line.digits(at: start + 4) == 4 }
        if line.digits(at: start + 1) == 4 {
            return line.byte(at: start + 5) == 0x20 && line.digits(at: start + 6) == 2
                && line.byte(at: start + 8) == UInt8(ascii: ":")
        }
        if Self.isMonth(line, at: start) {
            let day = line.byte(at: start + 4) == 0x20 ? start + 5 : start + 4
            let digits = line.digits(at: day)
            return line.byte(at: start + 3) == 0x20 && digits > 0 && digits < 3
                && line.digits(at: day + digits + 1) == 2
        }
        guard let word = line.word(at: start, count: 3), Self.days.contains(word) else {
            return false
        }
        let comma = line.byte(at: start + 3) == UInt8(ascii: ",") ? 1 : 0
        let next = start + 4 + comma
        return line.digits(at: next) == 2 || Self.isMonth(line, at: next)
    }

    private static func isMonth(_ line: borrowing Span<UInt8>, at start: Int) -> Bool {
        guard let word = line.word(at: start, count: 3) else { return false }
        return line.byte(at: start) &- 0x41 < 26 && Self.months.contains(word)
    }

    /// Whether a line goes on with `INFO:`, `[warn]`, `debug ` or `level=`.
    private static func isLevel(_ line: borrowing Span<UInt8>, at start: Int) -> Bool {
        var end = start
        while end < line.count, end &- start <= 9, (line[end] | 0x20) &- 0x61 < 26 { end &+= 1 }
        let count = end &- start
        if count < 1 || count > 9 || end == line.count { return false }
        let after = line[end]
        if after == UInt8(ascii: "=") {
            return line.word(at: start, count: min(count, 8)).map(Self.keys.contains) ?? false
        }
        let isDelimiter =
            after == 0x20 || after == 0x3a || after == 0x5d || after == 0x09 || after == 0x5b
            || after == 0x7c || after == 0x2c
        if count < 3 || !isDelimiter { return false }
        guard let word = line.word(at: start, count: min(count, 8)) else { return false }
        if Self.levels.contains(word) { return true }
        // `Error: x`, `Fatal error: x` and `panic: x` are what programs say that fail.
        let isLoud = line[start + 1] &- 0x41 < 26
        return Self.graveLevels.contains(word) && (isLoud || line.has("error:", at: start))
    }

    private static let months = Self.words([
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ])
    private static let days = Self.words(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])
    private static let keys = Self.words([
        "time", "ts", "t", "at", "level", "lvl", "msg", "severity", "timestam", "logger", "caller",
    ])
    private static let levels = Self.words([
        "trace", "trc", "trce", "debug", "dbg", "dbug", "info", "inf", "informat", "notice", "warn",
        "wrn", "warning", "fail", "crit", "critical", "alert", "emerg", "severe", "config", "fine",
        "finer", "finest", "log", "err", "eror",
    ])
    private static let graveLevels = Self.words(["error", "fatal", "panic", "dpanic"])

    private static func words(_ words: [StaticString]) -> [UInt64] {
        words.map { word in
            (0..<word.utf8CodeUnitCount).reduce(UInt64(0)) { packed, index in
                unsafe packed << 8 | UInt64(word.utf8Start[index])
            }
        }
    }
}

extension Span where Element == UInt8 {
    /// Up to eight letters at `offset`, made small, as one number; nil beyond the end.
    @inline(__always)
    fileprivate func word(at offset: Int, count: Int) -> UInt64? {
        if offset &+ count > self.count { return nil }
        var word: UInt64 = 0
        for index in offset..<offset &+ count {
            word = word &<< 8 | UInt64(self[index] | 0x20)
        }
        return word
    }
}
