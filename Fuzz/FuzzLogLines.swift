import Bytes
import Codecs
import Fuzzing
import Telemetry

/// A record with its body, wherever that lies.
private struct ReadRecord: Equatable {
    let time: Int64
    let offset: Int64
    let sourceBytes: UInt32
    let stream: LogStream
    let flags: LogRecord.Flags
    let body: [UInt8]
}

/// Reads a file to its end in chunks and checks that every byte is accounted for.
private func read(
    _ bytes: [UInt8],
    chunkSize: Int,
    isFinal: Bool,
    by decoder: LineDecoder,
) -> [ReadRecord] {
    var assembly = LineAssembly()
    var records: [ReadRecord] = []
    var account = 0
    var offset = 0
    var room = chunkSize
    while offset < bytes.count {
        let end = min(offset + room, bytes.count)
        var batch = LogBatch(capacity: room)
        batch.input.append(bytes.span.extracting(offset..<end))
        let chunk = LineDecoder.Chunk(
            file: 1,
            offset: Int64(offset),
            isFull: end - offset == room,
            isFinal: isFinal && end == bytes.count,
            now: 42,
        )
        let result = batch.fill { decoder.decode($0, chunk, with: &assembly, into: &$1) }
        invariant(result.consumed <= end - offset, "more consumed than there is")
        if result.needsMore {
            invariant(result.consumed == 0 && room <= LineDecoder.wholeLineLimit, "asks for more")
            room *= 2
            continue
        }
        room = chunkSize
        for record in batch.table.records {
            let body = batch.withBody(of: record) { $0.array }
            invariant(body.count <= decoder.maxLineBytes, "a body beyond the limit")
            records.append(
                ReadRecord(
                    time: record.time,
                    offset: record.offset,
                    sourceBytes: record.sourceBytes,
                    stream: record.stream,
                    flags: record.flags.subtracting(.derived),
                    body: body,
                )
            )
            account += Int(record.sourceBytes)
        }
        account += result.skipped + result.holes + result.dropped
        offset += result.consumed
        invariant(account + assembly.sourceBytes == offset, "the account does not add up")
        invariant(
            assembly.position(in: 1, consumed: Int64(offset)).reach <= Int64(offset),
            "a position beyond what was read",
        )
        if result.consumed == 0 { break }
    }
    invariant(!isFinal || offset == bytes.count, "a file's last bytes were left over")
    return records
}

/// Whether a chunk can hold every line's header, so that cutting makes no difference.
private func headersFit(_ bytes: [UInt8], chunkSize: Int) -> Bool {
    bytes.split(separator: UInt8(ascii: "\n")).allSatisfy { line in
        line.count < chunkSize
            || line.first != 0 && line.prefix(chunkSize - 1).count { $0 == 0x20 } >= 3
    }
}

/// Lines of every format, in one chunk and in many.
@main enum FuzzLogLines {
    private static let formats: [LineDecoder.Format] = [.cri, .raw, .docker, .audit]

    static func main() { fuzz(Self.test) }

    private static func test(_ input: inout FuzzInput) {
        let mode = input.byte()
        let chunkSize = 64 + Int(input.byte())
        let limit = mode & 2 == 0 ? 1 << 20 : Int(input.byte())
        let format = Self.formats[Int(mode & 1 | mode >> 2 & 2)]
        let decoder = LineDecoder(format: format, maxLineBytes: limit)
        let bytes = input.rest()
        let isFinal = mode & 4 == 0
        let inChunks = read(bytes, chunkSize: chunkSize, isFinal: isFinal, by: decoder)
        let whole = read(bytes, chunkSize: 1 << 20, isFinal: isFinal, by: decoder)
        // Lines that are understood as a whole only are never cut below their limit.
        if format == .docker || format == .audit || headersFit(bytes, chunkSize: chunkSize) {
            invariant(inChunks == whole, "chunks give other records")
        }
    }
}
