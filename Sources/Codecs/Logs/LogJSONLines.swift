package import Bytes
package import Telemetry

/// Writes records as one JSON object a line.
package struct LogJSONLines: ~Copyable, Sendable {
    private var json: LogJSON

    /// Describes a writer.
    package init(_ format: LogJSON.Format) {
        self.json = LogJSON(format)
    }

    /// Appends the batch's records, each as an item of `segment`.
    package mutating func append(
        _ batch: borrowing LogBatch,
        segment: Int,
        to out: inout OutputBuffer,
        items: inout [LogItem],
    ) {
        self.json.begin(batch.origin)
        for record in batch.table.records {
            self.json.append(record, of: batch, segment: segment, to: &out, items: &items)
        }
    }
}

extension LogJSON {
    /// Appends one record of `batch` as a line, and the item that it makes.
    @inline(__always)
    mutating func append(
        _ record: LogRecord,
        of batch: borrowing LogBatch,
        segment: Int,
        to out: inout OutputBuffer,
        items: inout [LogItem],
    ) {
        self.append(record, of: batch, to: &out)
        out.append(UInt8(ascii: "\n"))
        items.append(
            LogItem(end: out.count, records: 1, sourceBytes: record.sourceBytes, segment: segment)
        )
    }
}
