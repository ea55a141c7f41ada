public import Bytes

/// The records of a batch, and what they have besides the bytes that were read.
public struct LogTable: ~Copyable, Sendable {
    /// The most fields of one record; further ones are turned away.
    public static var fieldLimit: Int { 1000 }

    /// The records in the order in which they were completed.
    public var records: [LogRecord] = []
    /// Bodies put together from several lines, and what rules made of the bytes that were read.
    public var derived = OutputBuffer(capacity: 16)
    /// The fields of all records; those of one lie side by side.
    public private(set) var fields: [LogField] = []

    /// Forgets the records and keeps the memory.
    public mutating func removeAll() {
        self.records.removeAll(keepingCapacity: true)
        self.fields.removeAll(keepingCapacity: true)
        self.derived.removeAll()
    }

    /// Adds a field to a record; returns false, and adds nothing, at `fieldLimit`.
    ///
    /// Cheapest while the record's fields are the last of the table.
    @inline(__always)
    public mutating func append(_ field: LogField, to record: inout LogRecord) -> Bool {
        if record.fieldCount >= Self.fieldLimit { return false }
        if record.fields.upperBound != self.fields.count || record.fieldCount == 0 {
            self.moveToEnd(&record)
        }
        self.fields.append(field)
        record.fieldCount &+= 1
        return true
    }

    /// Replaces a field of a record.
    public mutating func replace(at index: Int, with field: LogField) {
        self.fields[index] = field
    }

    /// Takes a record's fields away that `isRemoved` names; the order of the others stays.
    public mutating func removeFields(
        of record: inout LogRecord,
        where isRemoved: (LogField) -> Bool,
    ) {
        var kept = record.fields.lowerBound
        for index in record.fields where !isRemoved(self.fields[index]) {
            self.fields[kept] = self.fields[index]
            kept += 1
        }
        record.fieldCount = UInt16(kept - record.fields.lowerBound)
    }

    /// Writes bytes behind the derived ones; returns where they are.
    @inline(__always)
    public mutating func derive(_ write: (inout OutputBuffer) -> Void) -> LogText {
        let start = self.derived.count
        write(&self.derived)
        return LogText(.derived, start..<self.derived.count)
    }

    /// Lets `body` see a piece of the batch and change the table meanwhile.
    ///
    /// What lies in derived bytes is copied to `scratch` first, since they may move.
    @inline(__always)
    public mutating func withText<Result>(
        _ text: LogText,
        of input: borrowing Span<UInt8>,
        scratch: inout OutputBuffer,
        _ body: (borrowing Span<UInt8>, inout LogTable) -> Result,
    ) -> Result {
        if text.place == .input { return body(input.extracting(text.range), &self) }
        scratch.removeAll()
        scratch.append(self.derived.span.extracting(text.range))
        return body(scratch.span, &self)
    }

    private mutating func moveToEnd(_ record: inout LogRecord) {
        let start = self.fields.count
        for index in record.fields { self.fields.append(self.fields[index]) }
        record.fieldStart = UInt32(truncatingIfNeeded: start)
    }
}
