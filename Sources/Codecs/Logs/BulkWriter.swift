package import Bytes
package import Telemetry

/// Writes records as the body of an Elasticsearch `_bulk` request.
///
/// Two lines a record, the action and the document, each ended by LF, the last one too.
/// Source: Elasticsearch reference, "Bulk API".
package struct BulkWriter: ~Copyable, Sendable {
    /// What is asked of the destination for each record.
    package enum Action: String, Sendable, CaseIterable {
        /// Adds the document unless its id is taken; what data streams demand.
        case create
        /// Adds or replaces the document.
        case index
    }

    /// How requests are written.
    package struct Format: Sendable {
        /// The action of every record.
        package var action: Action
        /// The index.
        package var index: IndexName
        /// Whether records carry an id by which a destination knows them again.
        package var hasIDs: Bool
        /// How documents are written.
        package var json: LogJSON.Format

        /// Describes a format.
        package init(
            action: Action,
            index: IndexName,
            hasIDs: Bool,
            json: LogJSON.Format,
        ) {
            self.action = action
            self.index = index
            self.hasIDs = hasIDs
            self.json = json
        }
    }

    private let format: Format
    private var json: LogJSON
    private var head = OutputBuffer(capacity: 256)
    /// The seconds for which `head` holds, a half-open span.
    private var headFrom = Int64.max
    private var headUntil = Int64.min

    /// Describes a writer.
    package init(_ format: Format) {
        self.format = format
        self.json = LogJSON(format.json)
    }

    /// Appends the batch's records, each as an item of `segment`.
    package mutating func append(
        _ batch: borrowing LogBatch,
        segment: Int,
        to out: inout OutputBuffer,
        items: inout [LogItem],
    ) {
        self.json.begin(batch.origin)
        self.headUntil = Int64.min
        for record in batch.table.records {
            self.appendAction(record, batch, to: &out)
            self.json.append(record, of: batch, segment: segment, to: &out, items: &items)
        }
    }

    @inline(__always)
    private mutating func appendAction(
        _ record: LogRecord,
        _ batch: borrowing LogBatch,
        to out: inout OutputBuffer,
    ) {
        let seconds = record.time / 1_000_000_000
        if seconds < self.headFrom || seconds >= self.headUntil {
            self.renderHead(seconds, batch.origin, batch.contentKey)
        }
        out.append(self.head.span)
        if self.format.hasIDs { out.append(idOffset: record.offset) }
        out.append("\"}}\n")
    }

    /// The action line up to the part that differs between records.
    private mutating func renderHead(_ seconds: Int64, _ origin: LogOrigin, _ key: UInt64) {
        if let period = self.format.index.period {
            let start = (seconds >= 0 ? seconds : seconds - period + 1) / period * period
            self.headFrom = start
            self.headUntil = start + period
        } else {
            self.headFrom = Int64.min
            self.headUntil = Int64.max
        }
        self.head.removeAll()
        self.head.append(self.format.action == .create ? "{\"create\":" : "{\"index\":")
        self.head.append("{\"_index\":\"")
        self.format.index.append(
            at: seconds,
            of: origin,
            host: self.format.json.host,
            to: &self.head,
        )
        if self.format.hasIDs {
            self.head.append("\",\"_id\":\"")
            self.head.append(hex: key)
        }
    }
}

extension OutputBuffer {
    /// Appends `-` and an offset in lowercase hexadecimal without leading zeros.
    @inline(__always)
    fileprivate mutating func append(idOffset offset: Int64) {
        let value = UInt64(bitPattern: offset)
        self.append(UInt8(ascii: "-"))
        self.append(hex: value, width: max(1, (67 - value.leadingZeroBitCount) / 4))
    }
}
