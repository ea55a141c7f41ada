import Bytes
import Codecs
import Telemetry

/// What the value of a field says of how grave a record is.
enum SeverityValue {
    /// Reads a name or a number; nil when it is neither.
    static func read(_ text: borrowing Span<UInt8>) -> LogSeverity? {
        if text.isEmpty { return nil }
        if text[0] &- 0x30 <= 9 { return text.unsignedDecimal.flatMap(LogSeverity.init(number:)) }
        return LogSeverity(name: text)
    }
}
