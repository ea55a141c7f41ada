import Bytes

/// Numbers of cards, and addresses made of numbers.
extension SecretScanner {
    /// Looks at the digits at `index`, before which there is none; gives also where they end.
    @inline(__always)
    static func digits(
        _ text: borrowing Span<UInt8>,
        _ start: Int,
        _ index: Int,
        _ detectors: Detectors,
    ) -> (Match?, end: Int) {
        var end = index &+ 1
        while end < text.count, text[end] &- 0x30 <= 9 { end &+= 1 }
        let count = end &- index
        let separator = end < text.count ? text[end] : 0
        if detectors.contains(.ipv4), count <= 3, separator == UInt8(ascii: "."),
            let match = Self.internetAddress(text, start, index)
        {
            return (match, end)
        }
        let isGrouped =
            count == 4 && (separator == UInt8(ascii: " ") || separator == UInt8(ascii: "-"))
        guard detectors.contains(.card), isGrouped || Self.cardLengths.contains(count),
            let match = Self.card(text, start, index)
        else { return (nil, end) }
        return (match, end)
    }

    private static var cardLengths: ClosedRange<Int> { 13...19 }

    /// Digits in one piece, or in groups with a blank or a dash between them.
    private static func card(
        _ text: borrowing Span<UInt8>,
        _ start: Int,
        _ index: Int,
    ) -> Match? {
        guard Self.isNumberStart(text, index, start) else { return nil }
        var count = 0
        var group = 0
        var shortest = Int.max
        var separator: UInt8 = 0
        var end = index
        var sum = (even: 0, odd: 0)
        while end < text.count, count <= Self.cardLengths.upperBound {
            let byte = text[end]
            let digit = Int(byte &- 0x30)
            if byte &- 0x30 <= 9 {
                // Luhn: every second digit from the right is doubled; which these are shows later.
                let doubled = digit < 5 ? digit * 2 : digit * 2 - 9
                sum = (sum.odd &+ digit, sum.even &+ doubled)
                count &+= 1
                group &+= 1
                end &+= 1
            } else if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "-"),
                separator == 0 || separator == byte, end &+ 1 < text.count,
                text[end &+ 1] &- 0x30 <= 9, count < Self.cardLengths.upperBound
            {
                separator = byte
                shortest = min(shortest, group)
                group = 0
                end &+= 1
            } else {
                break
            }
        }
        guard Self.cardLengths.contains(count), shortest >= 4, sum.even % 10 == 0,
            Self.isNumberEnd(text, end), Self.isIssued(text, index, count)
        else { return nil }
        return Match(range: index..<end)
    }

    /// Whether numbers that begin so are given out, in that length.
    ///
    /// Source: ISO/IEC 7812, and what the large networks publish of their ranges.
    private static func isIssued(
        _ text: borrowing Span<UInt8>,
        _ index: Int,
        _ count: Int,
    ) -> Bool {
        let first = text[index] &- 0x30
        let second = text[index &+ 1] &- 0x30
        switch first {
        case 2: return count == 16 && (2...7).contains(second)
        case 3:
            if second == 4 || second == 7 { return count == 15 }
            if second == 5 { return count >= 16 }
            return (second == 0 || second == 6 || second == 8 || second == 9) && count >= 14
        case 4: return count == 13 || count == 16 || count == 19
        case 5: return count == 16 && (1...5).contains(second)
        case 6: return count >= 16
        default: return false
        }
    }

    /// Four numbers up to 255 with points between them.
    private static func internetAddress(
        _ text: borrowing Span<UInt8>,
        _ start: Int,
        _ index: Int,
    ) -> Match? {
        guard Self.isNumberStart(text, index, start) else { return nil }
        var end = index
        for place in 0..<4 {
            if place > 0 {
                guard end < text.count, text[end] == UInt8(ascii: ".") else { return nil }
                end &+= 1
            }
            let first = end
            var value = 0
            while end < text.count, end &- first < 4, text[end] &- 0x30 <= 9 {
                value = value &* 10 &+ Int(text[end] &- 0x30)
                end &+= 1
            }
            if end == first || value > 255 { return nil }
        }
        return Self.isNumberEnd(text, end) ? Match(range: index..<end) : nil
    }

    private static func isNumberStart(
        _ text: borrowing Span<UInt8>,
        _ index: Int,
        _ start: Int,
    ) -> Bool {
        if index == 0 { return true }
        let before = text[index &- 1]
        return before != UInt8(ascii: ".") && before != UInt8(ascii: "_")
            && Self.isStart(text, index, start)
    }

    private static func isNumberEnd(_ text: borrowing Span<UInt8>, _ end: Int) -> Bool {
        if end == text.count { return true }
        let after = text[end]
        if Self.isAlphanumeric(after) || after == UInt8(ascii: "_") { return false }
        let isPoint = after == UInt8(ascii: ".")
        return !(isPoint && end &+ 1 < text.count && text[end &+ 1] &- 0x30 <= 9)
    }
}
