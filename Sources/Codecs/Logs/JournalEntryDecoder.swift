import Bytes
package import Telemetry

/// Makes records of journal entries, which come field by field as `NAME=value`.
///
/// The message is the body; what else is kept are fields under the names that the journal has for
/// them, as Fluent Bit leaves them. Of a field that an entry has twice, the first is kept. Everything
/// that is kept is copied into the batch's input.
package struct JournalEntryDecoder: Sendable {
    /// The most bytes of one field besides the message.
    package static let fieldLimit = 8 << 10
    /// The most bytes of fields besides the message on one record; further fields are left out.
    package static let fieldsLimit = 256 << 10

    private let names: JournalFieldNames
    private let maxLineBytes: Int
    private var record = JournalEntryDecoder.emptyRecord
    private var message: LogText?
    private var time: Int64?
    private var fieldBytes = 0
    private var sourceBytes = 0
    private var dropped = 0
    /// Which of `names` the entry has had.
    private var seen: UInt64 = 0

    /// Keeps `names`; a message longer than `maxLineBytes` is cut.
    package init(_ names: JournalFieldNames, maxLineBytes: Int) {
        self.names = names
        self.maxLineBytes = maxLineBytes
    }

    /// Takes a field of the entry.
    @inline(__always)
    package mutating func take(_ field: borrowing Span<UInt8>, into batch: inout LogBatch) {
        self.sourceBytes &+= field.count
        guard let equals = field.firstOffset(of: UInt8(ascii: "="), to: min(65, field.count)) else {
            return
        }
        let name = field.extracting(0..<equals)
        switch equals {
        case 7 where name.equals("MESSAGE"):
            if self.message != nil { return }
            let start = batch.input.count
            self.keep(field.extracting(droppingFirst: 8), upTo: self.maxLineBytes, &batch)
            self.message = LogText(.input, start..<batch.input.count)
            return
        case 8 where name.equals("PRIORITY") && self.record.severity == .unknown:
            if let priority = field.extracting(droppingFirst: 9).unsignedDecimal {
                self.record.severity = LogSeverity(syslogPriority: priority)
            }
        case 26 where name.equals("_SOURCE_REALTIME_TIMESTAMP") && self.time == nil:
            let value = field.extracting(droppingFirst: 27).unsignedDecimal
            self.time = value.flatMap(Self.nanoseconds)
        default: break
        }
        if self.isWanted(name, in: batch) { self.append(field, nameLength: equals, &batch) }
    }

    /// Completes the entry's record, which is appended to the batch.
    ///
    /// `number` is its place in the journal, `microseconds` the time when it was received, for
    /// entries that bear none of their own. `isWhole` is false where not all fields could be read.
    package mutating func complete(
        number: Int64,
        microseconds: UInt64,
        isWhole: Bool,
        into batch: inout LogBatch,
        _ result: inout LineDecoder.Result,
    ) {
        self.record.offset = number
        self.record.time = self.time ?? Self.nanoseconds(microseconds) ?? 0
        self.record.body = self.message ?? LogText(.input, batch.input.count..<batch.input.count)
        let kept = UInt32(clamping: self.sourceBytes - self.dropped)
        self.record.sourceBytes = kept
        if !isWhole {
            self.record.flags.insert(.malformed)
            result.malformed += 1
        }
        if self.record.flags.contains(.truncated) { result.truncated += 1 }
        result.consumed += Int(kept) + self.dropped
        result.dropped += self.dropped
        batch.table.records.append(self.record)
        self.abandon()
    }

    /// Forgets what was taken of the entry.
    package mutating func abandon() {
        self.record = Self.emptyRecord
        self.message = nil
        self.time = nil
        self.fieldBytes = 0
        self.sourceBytes = 0
        self.dropped = 0
        self.seen = 0
    }

    private static let emptyRecord = LogRecord(
        time: 0,
        offset: 0,
        start: 0,
        count: 0,
        sourceBytes: 0,
        stream: .unknown,
    )

    private static func nanoseconds(_ microseconds: UInt64) -> Int64? {
        microseconds <= UInt64(Int64.max / 1000) ? Int64(microseconds) * 1000 : nil
    }

    /// Copies what there is room for; the rest is counted.
    private mutating func keep(
        _ value: borrowing Span<UInt8>,
        upTo limit: Int,
        _ batch: inout LogBatch,
    ) {
        if value.count <= limit {
            batch.input.append(value)
            return
        }
        let length = value.extracting(first: limit).wholeCharacters
        batch.input.append(value.extracting(first: length))
        self.dropped &+= value.count - length
        self.record.flags.insert(.truncated)
    }

    private mutating func append(
        _ field: borrowing Span<UInt8>,
        nameLength: Int,
        _ batch: inout LogBatch,
    ) {
        let room = Self.fieldsLimit - self.fieldBytes - nameLength - 1
        let start = batch.input.count
        batch.input.append(field.extracting(0...nameLength))
        self.keep(
            field.extracting(droppingFirst: nameLength + 1),
            upTo: max(0, min(Self.fieldLimit, room)),
            &batch,
        )
        self.fieldBytes &+= batch.input.count - start
        let key = LogText(.input, start..<start + nameLength)
        let value = LogText(.input, start + nameLength + 1..<batch.input.count)
        _ = batch.table.append(LogField(key, value, .text), to: &self.record)
    }

    /// Whether a field is to be kept, and is the first of its name.
    @inline(__always)
    private mutating func isWanted(
        _ name: borrowing Span<UInt8>,
        in batch: borrowing LogBatch,
    ) -> Bool {
        guard let names = self.names.names else { return self.isFirst(name, in: batch) }
        for index in 0..<names.count where names[index].count == name.count {
            let wanted = names[index]
            if !name.equals(wanted.span) { continue }
            let bit: UInt64 = 1 << UInt64(index)
            if self.seen & bit != 0 { return false }
            self.seen |= bit
            return true
        }
        return false
    }

    private func isFirst(_ name: borrowing Span<UInt8>, in batch: borrowing LogBatch) -> Bool {
        for index in self.record.fields {
            let key = batch.table.fields[index].key
            if key.range.count != name.count { continue }
            if batch.input.span.extracting(key.range).equals(name) { return false }
        }
        return true
    }
}
