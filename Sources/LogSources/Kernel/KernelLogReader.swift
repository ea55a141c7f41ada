import Bytes
import Codecs
import Host
import Pipeline
import Telemetry

/// Reads the kernel's log for one sink.
final class KernelLogReader: LogReader {
    private(set) var offset: Int64
    private let content: KernelLogContent
    private var device: (any KernelLogDevice)?
    private var record = OutputBuffer(capacity: 256)

    /// The most records of one read that were overwritten or handed over before.
    private static let skipLimit = 100_000

    init(_ content: KernelLogContent, at bookmark: LogBookmark) {
        self.content = content
        self.offset = bookmark.position.resume
    }

    func read(
        into batch: inout LogBatch,
        with assembly: inout LineAssembly,
        limit: Int,
        isFinal: Bool,
    ) throws(LogReadError) -> LogRead {
        var read = LogRead(lines: .init(), end: nil, marker: 0)
        let clock = self.content.clock
        let startedAt = clock.wallNanoseconds - clock.monotonicNanoseconds
        do throws(HostError) {
            let device = if let known = self.device { known } else { try self.content.open() }
            self.device = device
            var skipped = 0
            while batch.input.count < limit, skipped < Self.skipLimit {
                switch try device.read(into: &self.record) {
                case .end:
                    read.end = self.offset
                    return read
                case .skipped: skipped += 1
                case .record:
                    if !self.take(startedAt, into: &batch, &read) { skipped += 1 }
                }
            }
        } catch {
            self.device = nil
            // What was read before is delivered; the next read meets the error again.
            if batch.table.records.isEmpty, read.expired == .init() { throw .failed("\(error)") }
            read.end = self.offset
        }
        return read
    }

    /// Takes the record that was read; false when nothing came of it.
    private func take(
        _ startedAt: Int64,
        into batch: inout LogBatch,
        _ read: inout LogRead,
    ) -> Bool {
        // A span of one stored property borrows the whole object, so the record steps out of it.
        var record = OutputBuffer(capacity: 16)
        swap(&record, &self.record)
        defer { swap(&record, &self.record) }
        guard let header = KernelRecordDecoder.header(of: record.span) else {
            read.lines.malformed += 1
            return false
        }
        if header.sequence < self.offset { return false }
        if self.offset > 0, header.sequence > self.offset {
            let lost = self.content.extent(of: self.offset..<header.sequence)
            read.expired.bytes += lost.bytes
            read.expired.records += lost.records
        }
        self.content.decoder.take(
            record.span,
            header,
            startedAt: startedAt,
            into: &batch,
            &read.lines,
        )
        self.offset = header.sequence + 1
        return true
    }
}
