import Bytes

/// Reads times in the ways that programs write them by default.
package enum UsualTime {
    /// Reads RFC 3339, also with a blank or `_` for its `T`, a comma for its point, and a zone without colon
    /// or no zone.
    ///
    /// - Returns: Nanoseconds since 1970; nil when the text is not written so.
    package static func rfc3339(_ text: borrowing Span<UInt8>, zone: Int = 0) -> Int64? {
        var clock = TimeParts(zone: zone)
        var index = 0
        for place in 0..<5 {
            let piece = Self.front[place]
            guard let end = clock.take(piece, text, index) else { return nil }
            index = end
        }
        guard index == 10, index < text.count else { return nil }
        switch text[index] {
        case UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: " "), UInt8(ascii: "_"): index = 11
        default: return nil
        }
        for place in 0..<5 {
            let piece = Self.back[place]
            guard let end = clock.take(piece, text, index) else { return nil }
            index = end
        }
        if index < text.count, text[index] == UInt8(ascii: ".") || text[index] == UInt8(ascii: ",")
        {
            guard let end = clock.takeFraction(text, index + 1) else { return nil }
            index = end
        }
        while index < text.count, text[index] == UInt8(ascii: " ") { index += 1 }
        if index < text.count {
            guard let end = clock.takeZone(text, index) else { return nil }
            index = end
        }
        return index == text.count ? clock.nanoseconds : nil
    }

    /// Reads seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by how large
    /// they are; a fraction is of what stands before its point.
    package static func epoch(_ text: borrowing Span<UInt8>) -> Int64? {
        let point = text.firstOffset(of: UInt8(ascii: ".")) ?? text.count
        guard let whole = text.extracting(0..<point).unsignedDecimal, whole <= Int64.max else {
            return nil
        }
        let unit: Int64 =
            switch whole {
            case 0..<100_000_000_000: 1_000_000_000
            case 0..<100_000_000_000_000: 1_000_000
            case 0..<100_000_000_000_000_000: 1_000
            default: 1
            }
        var clock = TimeParts(zone: 0)
        if point < text.count {
            guard clock.takeFraction(text, point + 1) == text.count else { return nil }
        }
        let (scaled, isOver) = Int64(whole).multipliedReportingOverflow(by: unit)
        let (sum, isBeyond) = scaled.addingReportingOverflow(
            clock.fraction / (1_000_000_000 / unit)
        )
        return isOver || isBeyond ? nil : sum
    }

    private static let front: InlineArray<5, TimeFormat.Piece> = [
        .year, .literal(0x2d), .month, .literal(0x2d), .day,
    ]
    private static let back: InlineArray<5, TimeFormat.Piece> = [
        .hour, .literal(0x3a), .minute, .literal(0x3a), .second,
    ]
}
