import Bytes
import Telemetry

/// A field's name as the configuration has it.
struct FieldName: Sendable {
    /// The name's UTF-8.
    let bytes: [UInt8]

    init(_ name: String) {
        self.bytes = Array(name.utf8)
    }

    /// Appends the name.
    func append(to out: inout OutputBuffer) {
        out.append(self.bytes.span)
    }

    /// Where a record has the field.
    func place(
        in record: LogRecord,
        of input: borrowing Span<UInt8>,
        in table: borrowing LogTable,
    ) -> Int? {
        if record.fieldCount == 0 { return nil }
        return table.place(ofField: self.bytes.span, in: record, of: input)
    }
}

extension [FieldName] {
    /// Where a record has the first of the fields that it has.
    func place(
        in record: LogRecord,
        of input: borrowing Span<UInt8>,
        in table: borrowing LogTable,
    ) -> Int? {
        if record.fieldCount == 0 { return nil }
        for name in self {
            if let place = name.place(in: record, of: input, in: table) { return place }
        }
        return nil
    }
}
