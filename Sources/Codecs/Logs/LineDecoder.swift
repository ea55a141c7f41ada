import Bytes
import Glibc
package import Telemetry

/// Takes the lines of log files apart, a chunk of bytes at a time, without copying bodies.
///
/// However a file is cut into chunks, the same records come out. Lines longer than a chunk are
/// gathered in the assembly; a line cut by the chunk's end is left for the next one.
package struct LineDecoder: Sendable {
    /// What the lines of a file look like.
    package enum Format: Sendable, Hashable {
        /// Container runtime interface: time, stream, tag, content.
        case cri
        /// Every line is a record.
        case raw
        /// Docker's `json-file` driver: a JSON object with text, stream and time.
        case docker
        /// An API server's audit log: every line is a record, and its time stands in it.
        case audit

        /// Whether each line bears the time at which it was written.
        package var isDated: Bool { self != .raw }
    }

    /// Where a chunk lies and what is known of its file.
    package struct Chunk: Sendable {
        /// The number of the file.
        package var file: Int
        /// Where the chunk starts in the file.
        package var offset: Int64
        /// Whether the chunk can't be longer, so that a line without end must be taken in pieces.
        package var isFull: Bool
        /// Whether nothing will follow, so that what is left at the end is a line.
        package var isFinal: Bool
        /// Lines below it were handed over before; they are skipped.
        package var done: LogPosition
        /// The time of lines that bear none: nanoseconds since 1970.
        package var now: Int64

        /// Describes a chunk.
        package init(
            file: Int,
            offset: Int64,
            isFull: Bool = false,
            isFinal: Bool = false,
            done: LogPosition = LogPosition(),
            now: Int64 = 0,
        ) {
            self.file = file
            self.offset = offset
            self.isFull = isFull
            self.isFinal = isFinal
            self.done = done
            self.now = now
        }
    }

    /// What came of a chunk besides records.
    package struct Result: Sendable, Hashable {
        /// Bytes that need not be read again.
        package var consumed = 0
        /// Of those, bytes of lines that were handed over before.
        package var skipped = 0
        /// Of those, NUL bytes in front of lines (holes that a truncation left).
        package var holes = 0
        /// Of those, bytes beyond the limit of their line.
        package var dropped = 0
        /// Lines that were cut at the limit.
        package var truncated = 0
        /// Lines that were not in the file's format.
        package var malformed = 0
        /// Whether nothing was taken because the first line is longer than the chunk, though not too
        /// long: its format is only understood as a whole.
        package var needsMore = false

        /// Nothing so far.
        package init() {}
    }

    /// The longest line of JSON that is understood: Docker's have 100 KiB, audit events megabytes.
    package static let wholeLineLimit = 4 << 20

    /// What lines look like.
    package var format: Format
    /// The most bytes of one record's body.
    package var maxLineBytes: Int

    /// Describes a decoder.
    package init(format: Format, maxLineBytes: Int = 1 << 20) {
        self.format = format
        self.maxLineBytes = maxLineBytes
    }

    /// Appends the records of a chunk to `table`; what is cut at its end stays in `assembly`.
    package func decode(
        _ input: borrowing Span<UInt8>,
        _ chunk: Chunk,
        with assembly: inout LineAssembly,
        into table: inout LogTable,
    ) -> Result {
        var result = Result()
        unsafe input.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return }
            let count = bytes.count
            // Whether lines may start below an offset of `done` is asked once a chunk.
            let mayBeDone = chunk.offset < chunk.done.reach
            var clock = CRITimestamp()
            var position = 0
            while position < count {
                let line = unsafe base + position
                let rest = count &- position
                let length = unsafe Self.lengthOfLine(line, rest)
                if assembly.open != nil {
                    let piece = unsafe Span(_unsafeStart: line, count: length)
                    let end = length < rest ? 1 : 0
                    self.extend(piece, end, chunk, position, &assembly, &table, &result)
                    position &+= length &+ end
                    continue
                }
                if length == rest {
                    let isTaken = unsafe self.takeCut(
                        line,
                        rest,
                        chunk,
                        position,
                        &clock,
                        &assembly,
                        &table,
                        &result,
                    )
                    if isTaken { position = count }
                    break
                }
                if self.format == .cri, !mayBeDone,
                    let header = unsafe CRIHeader(line, length, &clock), !header.isPartial,
                    !assembly.isWaiting(header.stream),
                    length &- header.contentStart <= self.maxLineBytes
                {
                    table.records.append(header.record(at: position, length, in: chunk))
                } else {
                    unsafe self.takeWhole(
                        line,
                        length,
                        1,
                        chunk,
                        position,
                        &clock,
                        &assembly,
                        &table,
                        &result,
                    )
                }
                position &+= length &+ 1
            }
            result.consumed = position
        }
        assembly.join(input, of: chunk.file, in: &table)
        return result
    }

    /// Takes a whole line, without its line end of `end` bytes, that is out of the ordinary.
    private func takeWhole(
        _ line: UnsafePointer<UInt8>,
        _ count: Int,
        _ end: Int,
        _ chunk: Chunk,
        _ position: Int,
        _ clock: inout CRITimestamp,
        _ assembly: inout LineAssembly,
        _ table: inout LogTable,
        _ result: inout Result,
    ) {
        if self.format == .docker {
            unsafe self.takeDocker(
                line,
                count,
                end,
                chunk,
                position,
                &clock,
                &assembly,
                &table,
                &result,
            )
        } else {
            let piece = unsafe Span(_unsafeStart: line, count: count)
            self.take(piece, end, chunk, position, &clock, &assembly, &table, &result)
        }
    }

    /// Takes a line that the chunk's end cuts, or leaves it for the next chunk.
    private func takeCut(
        _ line: UnsafePointer<UInt8>,
        _ count: Int,
        _ chunk: Chunk,
        _ position: Int,
        _ clock: inout CRITimestamp,
        _ assembly: inout LineAssembly,
        _ table: inout LogTable,
        _ result: inout Result,
    ) -> Bool {
        if chunk.isFinal {
            // A file may end with a hole, as a crash of the machine leaves it: that is no line.
            let piece = unsafe Span(_unsafeStart: line, count: count)
            if piece.leadingNULs == count {
                result.holes += count
                return true
            }
            unsafe self.takeWhole(
                line,
                count,
                0,
                chunk,
                position,
                &clock,
                &assembly,
                &table,
                &result,
            )
        } else if !chunk.isFull || position > 0 {
            return false
        } else if self.isWhole, count < Self.wholeLineLimit {
            result.needsMore = true
            return false
        } else {
            unsafe self.begin(line, count, chunk, &clock, &assembly, &result)
        }
        return true
    }

    /// Whether a line is only understood as a whole.
    private var isWhole: Bool { self.format == .docker || self.format == .audit }

    /// How far the line's end is, or `count` when it is not there.
    @inline(__always)
    private static func lengthOfLine(_ line: UnsafePointer<UInt8>, _ count: Int) -> Int {
        guard let end = unsafe memchr(line, 0x0a, count) else { return count }
        return unsafe UnsafeRawPointer(end) - UnsafeRawPointer(line)
    }
}
