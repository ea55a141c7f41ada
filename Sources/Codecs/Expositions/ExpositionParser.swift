package import Telemetry
import Bytes

/// Reads the Prometheus text exposition, version 0.0.4, as leniently as Prometheus 3 does.
///
/// Pure: it holds no bytes and no state besides what `init` is given. A caller that has seen a line
/// before needs only `suffix(_:at:)`; one that has seen a series at another place needs
/// `seriesEnd(_:at:)` to find it again.
///
/// Source: Prometheus, `model/textparse/promlex.l` and `promparse.go`.
package struct ExpositionParser: Sendable {
    /// Whether the bytes end where the body ends, so that what is cut there is an error.
    package let isComplete: Bool

    /// Makes a parser of whole bodies, or of the beginnings of bodies.
    package init(isComplete: Bool = true) {
        self.isComplete = isComplete
    }

    /// Reads the line at `offset` and moves `offset` behind it.
    ///
    /// - Parameters:
    ///   - bytes: The body.
    ///   - offset: Where the line begins; unchanged after `.incomplete` and after an error.
    ///   - labels: Emptied, and filled with the labels of a sample in the order they are written.
    /// - Returns: What the line holds.
    /// - Throws: `ExpositionError`, which names the line and what was expected there.
    package func next(
        _ bytes: borrowing Span<UInt8>,
        from offset: inout Int,
        labels: inout LabelBuilder,
    ) throws(ExpositionError) -> ExpositionEvent {
        var lexer = ExpositionLexer(start: offset)
        do {
            let event = try lexer.event(bytes, labels: &labels)
            if !self.isComplete, event != .end, lexer.endedWithoutNewline { return .incomplete }
            if event == .end, !self.isComplete { return .incomplete }
            offset = lexer.offset
            return event
        } catch {
            // What is wrong with a line that is cut may be the cut.
            let place = min(error.offset, bytes.count)
            if !self.isComplete, bytes.firstOffset(of: UInt8(ascii: "\n"), from: place) == nil {
                return .incomplete
            }
            throw error
        }
    }

    /// Where the text of the series that begins at `offset` ends; nil if it is no series.
    ///
    /// Looks at quotes and braces only: whether the text is well formed is for `next` to say.
    package static func seriesEnd(_ bytes: borrowing Span<UInt8>, at offset: Int) -> Int? {
        let end = bytes.count
        var index = offset
        while index < end, isMetricNameByte(bytes[index]) { index &+= 1 }
        let nameEnd = index
        while index < end, isSeparator(bytes[index]) { index &+= 1 }
        if index >= end || bytes[index] != UInt8(ascii: "{") {
            return nameEnd > offset ? nameEnd : nil
        }
        index &+= 1
        while index < end {
            switch bytes[index] {
            case UInt8(ascii: "}"): return index &+ 1
            case UInt8(ascii: "\""):
                index &+= 1
                while index < end, bytes[index] != UInt8(ascii: "\"") {
                    index &+= bytes[index] == UInt8(ascii: "\\") ? 2 : 1
                }
            default: break
            }
            index &+= 1
        }
        return nil
    }

    /// Reads value, optional timestamp and line end after a series; nil if they are not there.
    package static func suffix(
        _ bytes: borrowing Span<UInt8>,
        at offset: Int,
    ) -> ExpositionSuffix? {
        let end = bytes.count
        var index = offset
        while index < end, isSeparator(bytes[index]) { index &+= 1 }
        let start = index
        // Most values are short whole numbers at the end of the line.
        var whole: UInt64 = 0
        while index < end {
            let digit = bytes[index] &- 0x30
            if digit > 9 { break }
            whole = whole &* 10 &+ UInt64(digit)
            index &+= 1
        }
        if index > start, index &- start <= 15, index < end, bytes[index] == UInt8(ascii: "\n") {
            return ExpositionSuffix(
                bits: Double(whole).bitPattern,
                timestamp: nil,
                end: index &+ 1,
            )
        }
        while index < end, !isSeparator(bytes[index]), bytes[index] != UInt8(ascii: "\n"),
            bytes[index] != UInt8(ascii: "{")
        {
            index &+= 1
        }
        guard let value = Self.value(bytes.extracting(start..<index)) else { return nil }
        return Self.timestamp(bytes, at: index, value: value)
    }

    /// Reads a number as Go's `ParseFloat` does; nil if it is none or too large.
    static func value(_ text: borrowing Span<UInt8>) -> Double? {
        guard let value = text.decimalFloat else { return nil }
        // Go's ParseFloat refuses what is too large for a float; `strtod` makes it infinite.
        if value.isInfinite, text.firstOffset(of: UInt8(ascii: "f")) == nil,
            text.firstOffset(of: UInt8(ascii: "F")) == nil
        {
            return nil
        }
        return value
    }

    private static func timestamp(
        _ bytes: borrowing Span<UInt8>,
        at offset: Int,
        value: Double,
    ) -> ExpositionSuffix? {
        let end = bytes.count
        var index = offset
        while index < end, isSeparator(bytes[index]) { index &+= 1 }
        var timestamp: Int64?
        let start = index
        while index < end, bytes[index] &- 0x30 <= 9 { index &+= 1 }
        if index > start {
            guard let time = bytes.extracting(start..<index).signedDecimal else { return nil }
            timestamp = time
            while index < end, isSeparator(bytes[index]) { index &+= 1 }
        }
        if index < end {
            if bytes[index] != UInt8(ascii: "\n") { return nil }
            index &+= 1
        }
        return ExpositionSuffix(
            bits: SpecialFloat.scrapedBits(value),
            timestamp: timestamp,
            end: index,
        )
    }
}

/// Whether a byte separates the tokens of a line.
func isSeparator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
}

/// Whether a byte may stand in an unquoted label name after its first byte.
func isLabelNameByte(_ byte: UInt8) -> Bool {
    let lower = byte | 0x20
    return (lower >= 0x61 && lower <= 0x7a) || byte &- 0x30 <= 9 || byte == UInt8(ascii: "_")
}

/// Whether a byte may stand in an unquoted metric name after its first byte.
func isMetricNameByte(_ byte: UInt8) -> Bool {
    isLabelNameByte(byte) || byte == UInt8(ascii: ":")
}

/// Whether a byte is a decimal digit.
func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 <= 9 }
