import Bytes
import Codecs
import Telemetry

extension LogTable {
    /// What the inside of a JSON string says, as plain text: itself where it has no escapes.
    mutating func unescaped(_ text: LogText, of input: borrowing Span<UInt8>) -> LogText {
        let hasEscapes = self.withText(text, of: input) {
            $0.firstOffset(of: UInt8(ascii: "\\")) != nil
        }
        if !hasEscapes { return text }
        if text.place == .input {
            return self.derive { $0.append(jsonUnescaped: input.extracting(text.range)) }
        }
        return self.derive { $0.append(jsonUnescapedCopyOf: text.range) }
    }

    /// The value of a field as plain text.
    mutating func plainText(of field: LogField, _ input: borrowing Span<UInt8>) -> LogText {
        field.form == .jsonString ? self.unescaped(field.value, of: input) : field.value
    }

    /// Whether a text is a JSON number that keeps its digits in a double.
    func isNumber(_ text: LogText, of input: borrowing Span<UInt8>) -> Bool {
        self.withText(text, of: input) { bytes in
            guard let (end, fitsDouble) = bytes.endOfJSONNumber(from: 0) else { return false }
            return fitsDouble && end == bytes.count
        }
    }

    /// Writes a text of the batch behind the derived bytes.
    mutating func copy(_ text: LogText, of input: borrowing Span<UInt8>) {
        switch text.place {
        case .input: self.derived.append(input.extracting(text.range))
        case .derived: self.derived.appendCopy(of: text.range)
        }
    }

    /// A parameter's value of a syslog message without the backslashes that stand before quotes.
    mutating func syslogUnescaped(_ text: LogText, of input: borrowing Span<UInt8>) -> LogText {
        let start = self.derived.count
        self.copy(text, of: input)
        self.derived.removeSyslogEscapes(from: start)
        return LogText(.derived, start..<self.derived.count)
    }

    /// Takes one field away.
    mutating func removeField(at place: Int, of record: inout LogRecord) {
        var index = record.fields.lowerBound
        self.removeFields(of: &record) { _ in
            defer { index += 1 }
            return index == place
        }
    }

    /// Puts a field in the place of one with another name; one that has its name already goes.
    mutating func rename(
        _ place: Int,
        to field: LogField,
        of record: inout LogRecord,
        _ input: borrowing Span<UInt8>,
    ) {
        let other = self.withText(field.key, of: input) { name in
            self.place(ofField: name, in: record, of: input)
        }
        self.replace(at: place, with: field)
        if let other, other != place { self.removeField(at: other, of: &record) }
    }
}
