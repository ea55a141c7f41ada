import Bytes
import Telemetry

// The lines that are out of the ordinary: partial, too long, done before, not in the format.
extension LineDecoder {
    /// A line's content and what its header says.
    struct Content {
        var time: Int64
        var stream = LogStream.unknown
        var isPartial = false
        var start = 0
        var flags: LogRecord.Flags = []
    }

    /// Takes one whole line, without its line end of `end` bytes, at `position` of the chunk.
    func take(
        _ line: borrowing Span<UInt8>,
        _ end: Int,
        _ chunk: Chunk,
        _ position: Int,
        _ clock: inout CRITimestamp,
        _ assembly: inout LineAssembly,
        _ table: inout LogTable,
        _ result: inout Result,
    ) {
        let holes = line.leadingNULs
        let text = line.extracting(droppingFirst: holes)
        let content = self.content(of: text, chunk, &clock)
        let offset = chunk.offset + Int64(position)
        if offset < chunk.done[content.stream] {
            result.skipped += line.count + end
            return
        }
        result.holes += holes
        if content.flags.contains(.malformed) { result.malformed += 1 }
        let body = text.extracting(droppingFirst: content.start)
        let sourceBytes = text.count + end
        let isWaiting = assembly.isWaiting(content.stream)
        if !content.isPartial, !isWaiting, body.count <= self.maxLineBytes {
            table.records.append(
                LogRecord(
                    time: content.time,
                    offset: offset,
                    start: position + holes + content.start,
                    count: body.count,
                    sourceBytes: sourceBytes,
                    stream: content.stream,
                    flags: content.flags,
                )
            )
            return
        }
        self.gather(body, content, sourceBytes, chunk, offset, &assembly, &result)
        if !content.isPartial {
            assembly.complete(content.stream, flags: content.flags, into: &table)
        }
    }

    /// Takes the start of a line that is longer than the chunk.
    func begin(
        _ start: UnsafePointer<UInt8>,
        _ count: Int,
        _ chunk: Chunk,
        _ clock: inout CRITimestamp,
        _ assembly: inout LineAssembly,
        _ result: inout Result,
    ) {
        let line = unsafe Span(_unsafeStart: start, count: count)
        let holes = line.leadingNULs
        result.holes += holes
        if holes == count { return }
        let text = line.extracting(droppingFirst: holes)
        let content = self.content(of: text, chunk, &clock)
        let isDone = chunk.offset < chunk.done[content.stream]
        assembly.open = .init(
            stream: content.stream,
            isPartial: content.isPartial,
            isDone: isDone,
        )
        if isDone {
            result.holes -= holes
            result.skipped += count
            return
        }
        if content.flags.contains(.malformed) { result.malformed += 1 }
        let body = text.extracting(droppingFirst: content.start)
        self.gather(body, content, text.count, chunk, chunk.offset, &assembly, &result)
    }

    /// Takes a further piece of such a line; `end` is 1 if its line end follows, 0 if not.
    func extend(
        _ piece: borrowing Span<UInt8>,
        _ end: Int,
        _ chunk: Chunk,
        _ position: Int,
        _ assembly: inout LineAssembly,
        _ table: inout LogTable,
        _ result: inout Result,
    ) {
        guard let open = assembly.open else { return }
        let content = Content(time: chunk.now, stream: open.stream)
        let bytes = piece.count + end
        let isEnd = end > 0 || chunk.isFinal
        if open.isDone {
            result.skipped += bytes
            if isEnd { assembly.open = nil }
            return
        }
        let offset = chunk.offset + Int64(position)
        self.gather(piece, content, bytes, chunk, offset, &assembly, &result)
        if !isEnd { return }
        assembly.open = nil
        if !open.isPartial {
            let flags: LogRecord.Flags =
                self.format != .raw && open.stream == .unknown ? .malformed : []
            assembly.complete(open.stream, flags: flags, into: &table)
        }
    }

    func gather(
        _ body: borrowing Span<UInt8>,
        _ content: Content,
        _ sourceBytes: Int,
        _ chunk: Chunk,
        _ offset: Int64,
        _ assembly: inout LineAssembly,
        _ result: inout Result,
    ) {
        let wasTruncated = assembly.isTruncated(content.stream)
        result.dropped += assembly.append(
            body,
            to: content.stream,
            time: content.time,
            file: chunk.file,
            start: offset,
            sourceBytes: sourceBytes,
            limit: self.maxLineBytes,
        )
        if !wasTruncated, assembly.isTruncated(content.stream) { result.truncated += 1 }
    }

    private func content(
        of text: borrowing Span<UInt8>,
        _ chunk: Chunk,
        _ clock: inout CRITimestamp,
    ) -> Content {
        var content = Content(time: chunk.now)
        switch self.format {
        case .raw: return content
        case .docker:
            // One that can be taken apart does not come here.
            content.flags = .malformed
            return content
        case .audit:
            let time = unsafe text.withUnsafeBufferPointer { bytes -> Int64? in
                guard let start = bytes.baseAddress else { return nil }
                return unsafe AuditEvent.time(start, bytes.count, &clock)
            }
            content.time = time ?? chunk.now
            if time == nil { content.flags = .malformed }
            return content
        case .cri: break
        }
        let header = unsafe text.withUnsafeBufferPointer { bytes -> CRIHeader? in
            guard let start = bytes.baseAddress else { return nil }
            return unsafe CRIHeader(start, bytes.count, &clock)
        }
        if let header {
            content.time = header.time
            content.stream = header.stream
            content.isPartial = header.isPartial
            content.start = header.contentStart
        } else {
            content.flags = .malformed
        }
        return content
    }
}

extension Span where Element == UInt8 {
}
