import Bytes
package import Telemetry

/// Makes log records of the kernel's, as each read of `/dev/kmsg` returns one.
///
/// `priority,sequence,microseconds,flags[,…];text`, then lines of ` KEY=value`. What is not printable
/// comes as `\xHH`, line ends within the text too. Fields get the names that journald has for them.
/// Source: Linux, Documentation/ABI/testing/dev-kmsg.
package struct KernelRecordDecoder: Sendable {
    /// The most bytes of one record.
    package static let recordLimit = 16 << 10
    /// The most lines of ` KEY=value` of one record; further ones are left out.
    package static let fieldLimit = 32

    /// The numbers in front of the text.
    package struct Header: Sendable, Hashable {
        /// syslog's priority, 0 to 7.
        package var priority: UInt64
        /// syslog's facility; 0 is the kernel itself.
        package var facility: UInt64
        /// The record's number since the machine started.
        package var sequence: Int64
        /// Microseconds since the machine started.
        package var microseconds: UInt64
        /// Where the text starts.
        package var textStart: Int
    }

    /// The least grave priority that is wanted.
    private let priority: UInt64

    /// Leaves out what is less grave than `priority`.
    package init(priority: Int = 7) { self.priority = UInt64(max(0, priority)) }

    /// Reads the numbers in front of a record's text; nil when they are not there.
    package static func header(of record: borrowing Span<UInt8>) -> Header? {
        guard let semicolon = record.firstOffset(of: UInt8(ascii: ";")) else { return nil }
        var start = 0
        guard
            let number = Self.number(in: record, from: &start, to: semicolon),
            let sequence = Self.number(in: record, from: &start, to: semicolon),
            let microseconds = Self.number(in: record, from: &start, to: semicolon),
            sequence < UInt64(Int64.max)
        else { return nil }
        return Header(
            priority: number & 7,
            facility: number >> 3,
            sequence: Int64(sequence),
            microseconds: microseconds,
            textStart: semicolon + 1,
        )
    }

    /// Appends a record to the batch, unless it is not wanted.
    ///
    /// `startedAt` is when the machine started, in nanoseconds since 1970.
    package func take(
        _ record: borrowing Span<UInt8>,
        _ header: Header,
        startedAt: Int64,
        into batch: inout LogBatch,
        _ result: inout LineDecoder.Result,
    ) {
        result.consumed += record.count
        if header.priority > self.priority {
            result.holes += record.count
            return
        }
        let end =
            record.firstOffset(of: UInt8(ascii: "\n"), from: header.textStart) ?? record.count
        let start = batch.input.count
        Self.append(record.extracting(header.textStart..<end), to: &batch)
        let sinceStart = Int64(
            clamping: header.microseconds.multipliedReportingOverflow(by: 1000).0
        )
        var made = LogRecord(
            time: startedAt &+ sinceStart,
            offset: header.sequence,
            start: start,
            count: batch.input.count - start,
            sourceBytes: record.count,
            stream: .unknown,
        )
        made.severity = LogSeverity(syslogPriority: header.priority)
        Self.append(name: "PRIORITY", header.priority, to: &made, of: &batch)
        Self.append(name: "SYSLOG_FACILITY", header.facility, to: &made, of: &batch)
        Self.appendFields(record, from: end + 1, to: &made, of: &batch)
        batch.table.records.append(made)
    }

    private static func number(
        in record: borrowing Span<UInt8>,
        from start: inout Int,
        to end: Int,
    ) -> UInt64? {
        guard start < end else { return nil }
        let comma = record.firstOffset(of: UInt8(ascii: ","), from: start, to: end) ?? end
        defer { start = comma + 1 }
        return record.extracting(start..<comma).unsignedDecimal
    }

    private static func append(
        name: StaticString,
        _ value: UInt64,
        to record: inout LogRecord,
        of batch: inout LogBatch,
    ) {
        let start = batch.input.count
        batch.input.append(name)
        let key = LogText(.input, start..<batch.input.count)
        batch.input.append(decimal: value)
        let text = LogText(.input, start + key.range.count..<batch.input.count)
        _ = batch.table.append(LogField(key, text, .text), to: &record)
    }

    private static func appendFields(
        _ bytes: borrowing Span<UInt8>,
        from start: Int,
        to record: inout LogRecord,
        of batch: inout LogBatch,
    ) {
        var start = start
        var count = 0
        while start < bytes.count, count < Self.fieldLimit {
            let end = bytes.firstOffset(of: UInt8(ascii: "\n"), from: start) ?? bytes.count
            defer { start = end + 1 }
            guard bytes[start] == UInt8(ascii: " ") else { continue }
            guard
                let equals = bytes.firstOffset(of: UInt8(ascii: "="), from: start, to: end),
                equals > start + 1
            else { continue }
            let from = batch.input.count
            batch.input.append("_KERNEL_")
            batch.input.append(bytes.extracting(start + 1..<equals))
            let key = LogText(.input, from..<batch.input.count)
            if Self.has(key, record, batch) { continue }
            Self.append(bytes.extracting(equals + 1..<end), to: &batch)
            let value = LogText(.input, from + key.range.count..<batch.input.count)
            _ = batch.table.append(LogField(key, value, .text), to: &record)
            count += 1
        }
    }

    private static func has(
        _ key: LogText,
        _ record: LogRecord,
        _ batch: borrowing LogBatch,
    ) -> Bool {
        for index in record.fields {
            let other = batch.table.fields[index].key
            let isSame = batch.input.span.extracting(other.range)
                .equals(batch.input.span.extracting(key.range))
            if isSame { return true }
        }
        return false
    }

    /// Appends text with `\xHH` as the byte that it stands for.
    private static func append(_ text: borrowing Span<UInt8>, to batch: inout LogBatch) {
        var start = 0
        while let escape = text.firstOffset(of: UInt8(ascii: "\\"), from: start) {
            batch.input.append(text.extracting(start..<escape))
            if escape + 3 < text.count, text[escape + 1] == UInt8(ascii: "x"),
                let high = hexDigit(text[escape + 2]), let low = hexDigit(text[escape + 3])
            {
                batch.input.append(high << 4 | low)
                start = escape + 4
            } else {
                batch.input.append(UInt8(ascii: "\\"))
                start = escape + 1
            }
        }
        batch.input.append(text.extracting(droppingFirst: start))
    }
}
