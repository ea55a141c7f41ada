package import Bytes

/// Ids of traces and spans in the ways in which programs write them.
///
/// Sources: W3C Trace Context, section 3.2; OpenTelemetry, "Trace Context in non-OTLP Log Formats";
/// Datadog, "Correlate logs and traces"; Google Cloud, "Link log entries with traces".
package enum TraceContext {
    /// What a text says.
    package enum Found: Sendable, Hashable {
        /// It is an id as it stands, there.
        case plain(Range<Int>)
        /// It says so many bytes, which have to be written.
        case written
        /// It says nothing, on purpose.
        case none
        /// It can't be an id.
        case invalid
    }

    /// Reads an id of `digits` hexadecimal digits; what has to be written goes to `output`.
    ///
    /// A shorter one gets zeros before it; dashes of a UUID, and what stands before the last `/`, don't
    /// count; a text of decimal digits alone that can't be hexadecimal of that length is a number.
    package static func id(
        _ text: borrowing Span<UInt8>,
        digits: Int,
        isDecimal: Bool,
        into output: inout OutputBuffer,
    ) -> Found {
        if text.isEmpty { return .none }
        let start = text.lastOffset(of: UInt8(ascii: "/")).map { $0 &+ 1 } ?? 0
        let id = text.extracting(droppingFirst: start)
        if isDecimal, id.count != digits, let number = id.unsignedDecimal {
            if number == 0 { return .none }
            if digits == 32 { output.append(hex: 0) }
            output.append(hex: number)
            return .written
        }
        var count = 0
        var isPlain = true
        var isZero = true
        for index in 0..<id.count {
            let byte = id[index]
            if byte == UInt8(ascii: "-") {
                isPlain = false
                continue
            }
            guard let digit = hexDigit(byte) else { return .invalid }
            if digit != 0 { isZero = false }
            if byte < 0x61, byte > 0x39 { isPlain = false }
            count &+= 1
        }
        if isZero { return .none }
        // Half of a trace's id is one of 64 bits, as older tracers have it.
        guard count == digits || digits == 32 && count == 16 else { return .invalid }
        if isPlain, count == digits { return .plain(start..<text.count) }
        if count < digits { output.append(hex: 0) }
        for index in 0..<id.count where id[index] != UInt8(ascii: "-") {
            let byte = id[index]
            output.append(byte > 0x39 ? byte | 0x20 : byte)
        }
        return .written
    }

    /// Where the parts of a `traceparent` lie, `00-TRACE-SPAN-FLAGS`; nil when it is none.
    package static func parent(
        _ text: borrowing Span<UInt8>
    ) -> (trace: Range<Int>, span: Range<Int>, flags: Range<Int>)? {
        guard text.count >= 55, text.count == 55 || text[55] == UInt8(ascii: "-"),
            !text.hasPrefix("ff")
        else { return nil }
        for index in 0..<55 {
            let byte = text[index]
            if index == 2 || index == 35 || index == 52 {
                if byte != UInt8(ascii: "-") { return nil }
            } else if !Self.isLowercaseHex(byte) {
                return nil
            }
        }
        if Self.isZero(text.extracting(3..<35)) || Self.isZero(text.extracting(36..<52)) {
            return nil
        }
        return (3..<35, 36..<52, 53..<55)
    }

    /// Reads trace flags: two hexadecimal digits, or a small number; gives 0 to 255.
    package static func flags(_ text: borrowing Span<UInt8>) -> UInt8? {
        if text.count == 2 { return text.unsignedHex.map { UInt8($0) } }
        if text.equals("true") { return 1 }
        if text.equals("false") { return 0 }
        return text.unsignedDecimal.flatMap { UInt8(exactly: $0) }
    }

    private static func isLowercaseHex(_ byte: UInt8) -> Bool {
        byte &- 0x30 <= 9 || byte &- 0x61 < 6
    }

    private static func isZero(_ text: borrowing Span<UInt8>) -> Bool {
        for index in 0..<text.count where text[index] != 0x30 { return false }
        return true
    }
}
