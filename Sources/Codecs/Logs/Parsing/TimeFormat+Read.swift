import Bytes

extension TimeFormat {
    /// Reads a time; nil when the text is not written so, or when there is no such time.
    ///
    /// - Parameters:
    ///   - text: The time, with nothing around it but blanks.
    ///   - near: Nanoseconds since 1970; where the format has no year, the one is taken that comes
    ///     nearest to it.
    ///   - zone: Seconds east of UTC where the text does not say.
    /// - Returns: Nanoseconds since 1970.
    package func read(
        _ text: borrowing Span<UInt8>,
        near: Int64 = 0,
        zone: Int = 0,
    ) -> Int64? {
        var clock = TimeParts(zone: zone)
        var index = 0
        for piece in self.pieces {
            guard let end = clock.take(piece, text, index) else { return nil }
            index = end
        }
        while index < text.count, isBlank(text[index]) { index &+= 1 }
        if index != text.count { return nil }
        if !self.lacksYear { return clock.nanoseconds }
        let year = CivilTime(epochSeconds: near / 1_000_000_000).year
        var best: Int64?
        for candidate in year - 1...year + 1 {
            clock.year = candidate
            guard let time = clock.nanoseconds else { continue }
            if best.map({ (time - near).magnitude < ($0 - near).magnitude }) ?? true { best = time }
        }
        return best
    }
}

/// The parts of a time, as they are read.
struct TimeParts {
    var year = 1970
    var month = 1
    var day = 1
    var dayOfYear: Int?
    var hour = 0
    var isAfternoon: Bool?
    var minute = 0
    var second = 0
    var fraction: Int64 = 0
    var zone: Int
    var epoch: Int64?

    init(zone: Int) {
        self.zone = zone
    }

    /// Nanoseconds since 1970; nil where there is no such day or it is too far away.
    var nanoseconds: Int64? {
        if let epoch = self.epoch {
            let (scaled, isOver) = epoch.multipliedReportingOverflow(by: 1_000_000_000)
            let (sum, isBeyond) = scaled.addingReportingOverflow(self.fraction)
            return isOver || isBeyond ? nil : sum
        }
        guard TimeFormat.years.contains(self.year), self.month >= 1, self.month <= 12 else {
            return nil
        }
        var days = CivilTime.daysSinceEpoch(year: self.year, month: self.month, day: self.day)
        if let dayOfYear = self.dayOfYear {
            days = CivilTime.daysSinceEpoch(year: self.year, month: 1, day: 1) + dayOfYear - 1
        } else {
            let (year, month) =
                self.month == 12 ? (self.year + 1, 1) : (self.year, self.month + 1)
            let next = CivilTime.daysSinceEpoch(year: year, month: month, day: 1)
            if self.day < 1 || days >= next { return nil }
        }
        var hour = self.hour
        if let isAfternoon = self.isAfternoon { hour = hour % 12 + (isAfternoon ? 12 : 0) }
        let seconds = days * 86_400 + hour * 3_600 + self.minute * 60 + self.second - self.zone
        return Int64(seconds) * 1_000_000_000 + self.fraction
    }

    /// Takes one piece at `index`; gives where it ends, nil where it is not there.
    mutating func take(
        _ piece: TimeFormat.Piece,
        _ text: borrowing Span<UInt8>,
        _ index: Int,
    ) -> Int? {
        switch piece {
        case .literal(let byte): return index < text.count && text[index] == byte ? index + 1 : nil
        case .blanks: return Self.afterBlanks(text, index)
        case .year: return Self.number(text, index, 4, 0...9999, &self.year)
        case .shortYear:
            let end = Self.number(text, index, 2, 0...99, &self.year)
            self.year += self.year < 69 ? 2000 : 1900
            return end
        case .month: return Self.number(text, index, 2, 1...12, &self.month)
        case .monthName:
            guard let month = TimeFormat.month(text.extracting(droppingFirst: index)) else {
                return nil
            }
            self.month = month
            return Self.afterLetters(text, index)
        case .day: return Self.number(text, index, 2, 1...31, &self.day)
        case .dayOfYear:
            var day = 1
            let end = Self.number(text, index, 3, 1...366, &day)
            self.dayOfYear = day
            return end
        case .weekday, .zoneName: return Self.afterLetters(text, index)
        case .hour: return Self.number(text, index, 2, 0...23, &self.hour)
        case .hour12: return Self.number(text, index, 2, 1...12, &self.hour)
        case .meridiem: return self.takeMeridiem(text, index)
        case .minute: return Self.number(text, index, 2, 0...59, &self.minute)
        case .second: return Self.number(text, index, 2, 0...60, &self.second)
        case .fraction: return self.takeFraction(text, index)
        case .zone: return self.takeZone(text, index)
        case .epoch: return self.takeEpoch(text, index)
        }
    }

    /// Takes a number of at most so many digits; a blank may stand for a leading zero.
    private static func number(
        _ text: borrowing Span<UInt8>,
        _ start: Int,
        _ width: Int,
        _ range: ClosedRange<Int>,
        _ value: inout Int,
    ) -> Int? {
        var index = start
        if width == 2, index < text.count, text[index] == UInt8(ascii: " ") { index += 1 }
        let first = index
        var number = 0
        while index < text.count, index < start + width, text[index] &- 0x30 <= 9 {
            number = number * 10 + Int(text[index] &- 0x30)
            index += 1
        }
        if index == first || !range.contains(number) { return nil }
        value = number
        return index
    }

    private static func afterBlanks(_ text: borrowing Span<UInt8>, _ start: Int) -> Int {
        var index = start
        while index < text.count, isBlank(text[index]) { index += 1 }
        return index
    }

    private static func afterLetters(_ text: borrowing Span<UInt8>, _ start: Int) -> Int? {
        var index = start
        while index < text.count, (text[index] | 0x20) &- 0x61 < 26 { index += 1 }
        return index == start ? nil : index
    }

    private mutating func takeMeridiem(_ text: borrowing Span<UInt8>, _ index: Int) -> Int? {
        guard index + 2 <= text.count, text[index + 1] | 0x20 == UInt8(ascii: "m") else {
            return nil
        }
        switch text[index] | 0x20 {
        case UInt8(ascii: "a"): self.isAfternoon = false
        case UInt8(ascii: "p"): self.isAfternoon = true
        default: return nil
        }
        return index + 2
    }

    /// The digits behind a point; what is finer than nanoseconds is dropped.
    mutating func takeFraction(_ text: borrowing Span<UInt8>, _ start: Int) -> Int? {
        var index = start
        var unit: Int64 = 100_000_000
        self.fraction = 0
        while index < text.count, text[index] &- 0x30 <= 9 {
            self.fraction += Int64(text[index] &- 0x30) * unit
            unit /= 10
            index += 1
        }
        return index == start ? nil : index
    }

    /// `Z`, `+0200`, `+02:00` or `+02`.
    mutating func takeZone(_ text: borrowing Span<UInt8>, _ start: Int) -> Int? {
        if start >= text.count { return nil }
        let sign = text[start]
        if sign | 0x20 == UInt8(ascii: "z") {
            self.zone = 0
            return start + 1
        }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
        var hours = 0
        var minutes = 0
        guard var index = Self.number(text, start + 1, 2, 0...23, &hours), index == start + 3 else {
            return nil
        }
        let isWithColon = index < text.count && text[index] == UInt8(ascii: ":")
        if let end = Self.number(text, isWithColon ? index + 1 : index, 2, 0...59, &minutes) {
            index = end
        } else if isWithColon {
            return nil
        }
        let seconds = hours * 3_600 + minutes * 60
        self.zone = sign == UInt8(ascii: "-") ? -seconds : seconds
        return index
    }

    private mutating func takeEpoch(_ text: borrowing Span<UInt8>, _ start: Int) -> Int? {
        var index = start
        while index < text.count, text[index] &- 0x30 <= 9 { index += 1 }
        guard let number = text.extracting(start..<index).unsignedDecimal else { return nil }
        self.epoch = Int64(exactly: number)
        return self.epoch == nil ? nil : index
    }
}
