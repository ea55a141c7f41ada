import Bytes
import Telemetry

// Lines of Docker's driver: a text without escapes stays where it was read.
extension LineDecoder {
    /// Takes one whole line, without its line end of `end` bytes, at `position` of the chunk.
    func takeDocker(
        _ start: UnsafePointer<UInt8>,
        _ length: Int,
        _ end: Int,
        _ chunk: Chunk,
        _ position: Int,
        _ clock: inout CRITimestamp,
        _ assembly: inout LineAssembly,
        _ table: inout LogTable,
        _ result: inout Result,
    ) {
        var holes = 0
        while holes < length, unsafe start[holes] == 0 { holes &+= 1 }
        let text = unsafe start + holes
        guard let line = unsafe DockerLine(text, length &- holes, &clock) else {
            let whole = unsafe Span(_unsafeStart: start, count: length)
            self.take(whole, end, chunk, position, &clock, &assembly, &table, &result)
            return
        }
        let offset = chunk.offset &+ Int64(position)
        if offset < chunk.done[line.stream] {
            result.skipped &+= length &+ end
            return
        }
        var record = LogRecord(
            time: line.time,
            offset: offset,
            start: position &+ holes &+ line.body.lowerBound,
            count: line.body.count,
            sourceBytes: length &- holes &+ end,
            stream: line.stream,
        )
        let body = unsafe Span(_unsafeStart: text + line.body.lowerBound, count: line.body.count)
        if line.hasEscapes {
            let written = table.derived.count
            guard table.derived.append(jsonText: body) else {
                let whole = unsafe Span(_unsafeStart: start, count: length)
                self.take(whole, end, chunk, position, &clock, &assembly, &table, &result)
                return
            }
            record.start = UInt32(truncatingIfNeeded: written)
            record.count = UInt32(truncatingIfNeeded: table.derived.count &- written)
            record.flags = .derived
        }
        result.holes &+= holes
        let isWhole = !line.isPartial && !assembly.isWaiting(line.stream)
        if isWhole, Int(record.count) <= self.maxLineBytes {
            table.records.append(record)
            return
        }
        let content = Content(time: line.time, stream: line.stream)
        let bytes = length &- holes &+ end
        if line.hasEscapes {
            self.gather(
                table.derived.span.extracting(record.range),
                content,
                bytes,
                chunk,
                offset,
                &assembly,
                &result,
            )
            table.derived.truncate(to: Int(record.start))
        } else {
            self.gather(body, content, bytes, chunk, offset, &assembly, &result)
        }
        if !line.isPartial { assembly.complete(line.stream, into: &table) }
    }
}
