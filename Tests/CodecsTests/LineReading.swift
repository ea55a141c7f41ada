import Bytes
import Codecs
import Telemetry

/// A record with its body as text, for comparison.
struct ReadRecord: Equatable, CustomStringConvertible {
    var time: Int64
    var stream: LogStream
    var body: [UInt8]
    var flags: LogRecord.Flags
    var offset: Int64
    var sourceBytes: Int

    var text: String { String(decoding: self.body, as: UTF8.self) }
    var description: String { "\(self.stream) \(self.flags.rawValue) \(self.offset) \(self.text)" }
}

/// Reads files through a decoder as a source does, for tests.
struct LineReading {
    var decoder = LineDecoder(format: .cri)
    /// The most bytes of one chunk; a small one cuts lines everywhere.
    var chunkSize = 1 << 20
    /// Lines below it were handed over before.
    var done = LogPosition()
    var records: [ReadRecord] = []
    var result = LineDecoder.Result()
    /// Where a sink would go on after each chunk, once all its records are confirmed.
    var positions: [LogPosition] = []
    var waitingBytes = 0

    init() {}

    /// Reads all of `bytes` as file 1.
    mutating func read(_ bytes: [UInt8], from start: Int = 0, finish: Bool = false) {
        var assembly = LineAssembly()
        self.read(bytes, file: 1, from: start, finish: finish, &assembly)
        self.waitingBytes = assembly.sourceBytes
    }

    mutating func read(
        _ bytes: [UInt8],
        file: Int,
        from start: Int = 0,
        finish: Bool = false,
        _ assembly: inout LineAssembly,
    ) {
        var offset = start
        var chunkSize = self.chunkSize
        while offset < bytes.count {
            let end = min(offset + chunkSize, bytes.count)
            var batch = LogBatch(capacity: chunkSize)
            batch.input.append(bytes.span.extracting(offset..<end))
            let chunk = LineDecoder.Chunk(
                file: file,
                offset: Int64(offset),
                isFull: end - offset == chunkSize,
                isFinal: finish && end == bytes.count,
                done: self.done,
                now: 42,
            )
            let result = batch.fill { input, table in
                self.decoder.decode(input, chunk, with: &assembly, into: &table)
            }
            if result.needsMore {
                chunkSize *= 2
                continue
            }
            chunkSize = self.chunkSize
            self.collect(batch)
            self.result.consumed += result.consumed
            self.result.skipped += result.skipped
            self.result.holes += result.holes
            self.result.dropped += result.dropped
            self.result.truncated += result.truncated
            self.result.malformed += result.malformed
            offset += result.consumed
            self.positions.append(assembly.position(in: file, consumed: Int64(offset)))
            if result.consumed == 0 { break }
        }
    }

    /// Keeps the records of a batch.
    mutating func collect(_ batch: borrowing LogBatch) {
        for record in batch.table.records {
            self.records.append(
                ReadRecord(
                    time: record.time,
                    stream: record.stream,
                    body: batch.withBody(of: record) { $0.array },
                    flags: record.flags.subtracting(.derived),
                    offset: record.offset,
                    sourceBytes: Int(record.sourceBytes),
                )
            )
        }
    }

    /// The records of a text.
    static func records(_ text: String, _ format: LineDecoder.Format = .cri) -> [ReadRecord] {
        var reading = LineReading()
        reading.decoder.format = format
        reading.read(Array(text.utf8))
        return reading.records
    }
}
