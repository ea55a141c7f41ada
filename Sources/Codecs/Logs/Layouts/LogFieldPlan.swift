import Bytes
import Telemetry

/// Which of a record's fields are written, under which keys, and which have places of their own.
///
/// No key is written twice: of fields with the same key the last one counts, and a key that the
/// layout needs itself gets `_` added. Keys are told apart by a keyed hash, so that nobody can choose
/// keys that make it slow.
struct LogFieldPlan: ~Copyable, Sendable {
    /// A field that is written.
    struct Entry: Sendable {
        /// Its place in the batch's table.
        let field: Int
        /// Its key among `keys`, where it is not the field's own; empty otherwise.
        let key: Range<Int>
    }

    /// A key that was seen, and in which record.
    private struct Slot {
        var hash: UInt64 = 0
        var record: UInt64 = 0
    }

    /// The fields that are written, the last one first.
    private(set) var entries: [Entry] = []
    /// Keys that differ from their fields', escaped.
    private(set) var keys = OutputBuffer(capacity: 64)
    /// Places in the table of the fields that have a place of their own in the layout.
    private(set) var severity: Int?
    private(set) var traceID: Int?
    private(set) var spanID: Int?
    private(set) var traceFlags: Int?

    private let reserved: LogReservedNames
    private let movesSeverity: Bool
    private let hasTraceFlags: Bool
    private let hash = KeyedHash()
    private var slots = [Slot](repeating: Slot(), count: 64)
    private var record: UInt64 = 0

    init(_ names: LogLayoutNames) {
        self.reserved = LogReservedNames(names)
        self.movesSeverity = names.severity.words != .ours
        self.hasTraceFlags = names.traceFlags != nil
    }

    /// Plans the fields of `record`; `parts` are what the layout writes of it besides.
    mutating func make(
        _ record: LogRecord,
        of batch: borrowing LogBatch,
        besides parts: LogJSON.Parts,
    ) {
        self.entries.removeAll(keepingCapacity: true)
        self.keys.removeAll()
        let parts = parts.union(self.findPlaces(record, batch))
        self.record &+= 1
        while self.slots.count < record.fields.count &* 2 {
            self.slots = [Slot](repeating: Slot(), count: self.slots.count * 2)
        }
        for index in record.fields.reversed() where !self.hasOwnPlace(index) {
            self.take(index, batch, parts)
        }
    }

    /// Finds the last field of each role; returns the parts of the layout that they fill.
    private mutating func findPlaces(
        _ record: LogRecord,
        _ batch: borrowing LogBatch,
    ) -> LogJSON.Parts {
        self.severity = nil
        self.traceID = nil
        self.spanID = nil
        self.traceFlags = nil
        var parts: LogJSON.Parts = record.severity == .unknown ? [] : .severity
        for index in record.fields {
            let field = batch.table.fields[index]
            // A number or an object is no word and no id: it stays what it is.
            if field.role == .attribute || field.form == .json { continue }
            switch field.role {
            case .severity where self.movesSeverity:
                self.severity = index
                parts.insert(.severity)
            case .traceID:
                self.traceID = index
                parts.insert(.traceID)
            case .spanID:
                self.spanID = index
                parts.insert(.spanID)
            case .traceFlags where self.hasTraceFlags:
                self.traceFlags = index
                parts.insert(.traceFlags)
            default: break
            }
        }
        return parts
    }

    @inline(__always)
    private func hasOwnPlace(_ index: Int) -> Bool {
        index == self.traceID || index == self.spanID || index == self.severity
            || index == self.traceFlags
    }

    @inline(__always)
    private mutating func take(
        _ index: Int,
        _ batch: borrowing LogBatch,
        _ parts: LogJSON.Parts,
    ) {
        let field = batch.table.fields[index]
        let start = self.keys.count
        let hash: UInt64 = batch.withText(field.key) { key in
            let part = self.reserved.part(named: key).intersection(parts)
            if part.isEmpty, isASCII(key) { return self.hash(key, from: 0, count: key.count) }
            // The same severity under the same name is written once.
            if part == .severity, field.role == .severity { return 0 }
            self.keys.append(jsonEscaped: key)
            if !part.isEmpty { self.keys.append("_") }
            return self.hash(self.keys.span, from: start, count: self.keys.count - start)
        }
        if hash != 0, self.note(hash) {
            self.entries.append(Entry(field: index, key: start..<self.keys.count))
        }
    }

    /// Whether the key is new in this record.
    @inline(__always)
    private mutating func note(_ hash: UInt64) -> Bool {
        let mask = self.slots.count &- 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while self.slots[place].record == self.record {
            if self.slots[place].hash == hash { return false }
            place = (place &+ 1) & mask
        }
        self.slots[place] = Slot(hash: hash, record: self.record)
        return true
    }
}

/// Whether the bytes stand for themselves; what is not UTF-8 may become the same as something else.
@inline(__always)
private func isASCII(_ bytes: borrowing Span<UInt8>) -> Bool {
    var all: UInt8 = 0
    for index in bytes.indices { all |= bytes[index] }
    return all < 0x80
}
