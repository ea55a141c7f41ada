import Bytes
import Codecs
import Pipeline
import Synchronization
import Telemetry

/// The content of a log file that was compressed after its rotation, as it was before.
///
/// Offsets are those of the bytes inside. It is read once from its beginning for each sink; what lies
/// before the place where a sink goes on is inflated and passed over.
final class GzipLogContent: LogContent {
    /// The most bytes that one file may hold; a small file can be made to hold any number.
    static let sizeLimit: Int64 = 1 << 30
    fileprivate let limit: Int64

    let file: OpenLogFile
    let number: Int
    let decoder: LineDecoder
    fileprivate let clock: any AgentClock
    /// Where the content ends; -1 before somebody has come there.
    private let end = Atomic<Int64>(-1)
    private let broken = Atomic<Bool>(false)

    init(
        _ file: OpenLogFile,
        number: Int,
        decoder: LineDecoder,
        clock: any AgentClock,
        limit: Int64 = GzipLogContent.sizeLimit,
    ) {
        self.file = file
        self.limit = limit
        self.number = number
        self.decoder = decoder
        self.clock = clock
    }

    func makeReader(at bookmark: LogBookmark) -> any LogReader {
        GzipLogReader(self, at: bookmark)
    }

    func holds(_ bookmark: LogBookmark) -> Bool {
        let reader = GzipLogReader(self, at: bookmark)
        do throws(LogReadError) {
            try reader.skip()
            return true
        } catch {
            return false
        }
    }

    /// Where the content ends, as far as is known: the trailer says it before somebody was there.
    var size: Int64 {
        let end = self.end.load(ordering: .acquiring)
        if end >= 0 { return end }
        return min(Self.length(saidBy: self.file) ?? 0, self.limit)
    }

    /// How long its end says that the content is; nil if it is too short to say.
    private static func length(saidBy file: OpenLogFile) -> Int64? {
        // RFC 1952: the length of the last member, modulo 4 GiB, stands in the last four bytes.
        guard let length = try? file.status().size, length >= 18 else { return nil }
        var trailer = OutputBuffer(capacity: 4)
        guard file.read(into: &trailer, at: length - 4, limit: 4) == 4 else { return nil }
        let bytes = trailer.span
        return (0..<4).reduce(0) { $0 | Int64(bytes[$1]) << (8 * $1) }
    }

    /// Whether it is gzip with nothing inside, as when a file was rotated that nobody wrote to.
    static func isEmpty(_ file: OpenLogFile) -> Bool {
        var start = OutputBuffer(capacity: 2)
        guard file.read(into: &start, at: 0, limit: 2) == 2 else { return false }
        // RFC 1952: ID1 and ID2.
        return start.span[0] == 0x1f && start.span[1] == 0x8b && self.length(saidBy: file) == 0
    }

    /// Whether it can't be read on: no gzip, cut, damaged or too large.
    var isBroken: Bool { self.broken.load(ordering: .acquiring) }

    fileprivate func noteEnd(_ offset: Int64, isBroken: Bool) {
        if isBroken { self.broken.store(true, ordering: .releasing) }
        self.end.store(offset, ordering: .releasing)
    }

    /// The first bytes inside that are not NUL, as those of a plain file; nothing if it is no gzip.
    static func head(of file: OpenLogFile) -> OutputBuffer {
        var head = OutputBuffer(capacity: LogIdentity.fingerprintLimit)
        var stream = GzipLogStream(file)
        for _ in 0..<Self.holeLimit {
            let goesOn = stream.read(into: &head, limit: LogIdentity.fingerprintLimit - head.count)
            let holes = head.span.leadingNULs
            if holes == 0 || !goesOn { return head }
            head.removeFirst(holes)
        }
        return head
    }

    /// How many heads long a hole may be.
    private static let holeLimit = 16 << 10
}

/// Reads a compressed log file for one sink.
private final class GzipLogReader: LogReader {
    private(set) var offset: Int64
    private let content: GzipLogContent
    private let done: LogPosition
    private let bookmark: LogBookmark
    private var stream: GzipLogStream
    /// Bytes at `offset` that were inflated and not taken.
    private var rest = OutputBuffer(capacity: 16)
    /// The bytes before `offset`, for the marker.
    private var before = LogTail()
    private var isSkipped = false

    /// How many bytes are inflated at a time to be passed over.
    private static let skipLength = 64 << 10

    init(_ content: GzipLogContent, at bookmark: LogBookmark) {
        self.content = content
        self.bookmark = bookmark
        self.offset = bookmark.position.resume
        self.done = bookmark.position
        self.stream = GzipLogStream(content.file)
    }

    func read(
        into batch: inout LogBatch,
        with assembly: inout LineAssembly,
        limit: Int,
        isFinal: Bool,
    ) throws(LogReadError) -> LogRead {
        try self.skip()
        batch.input.append(self.rest.span)
        self.rest.removeAll()
        var limit = limit
        var lines = LineDecoder.Result()
        var isAtEnd = false
        repeat {
            let room = limit - batch.input.count
            isAtEnd = room > 0 && !self.stream.read(into: &batch.input, limit: room)
            if self.offset + Int64(batch.input.count) > self.content.limit {
                self.stream.fail("it holds more than \(self.content.limit >> 20) MiB")
                isAtEnd = true
            }
            let chunk = LineDecoder.Chunk(
                file: self.content.number,
                offset: self.offset,
                isFull: !isAtEnd,
                isFinal: isAtEnd && isFinal,
                done: self.done,
                now: self.content.clock.wallNanoseconds,
            )
            lines = batch.fill { input, table in
                self.content.decoder.decode(input, chunk, with: &assembly, into: &table)
            }
            limit = min(limit * 4, LineDecoder.wholeLineLimit + 1)
        } while lines.needsMore
        let left = batch.input.count - lines.consumed
        self.rest.append(batch.input.span.extracting(last: left))
        self.rest.shrink(to: max(left, 16))
        self.take(batch.input.span.extracting(first: lines.consumed))
        if !isAtEnd { return LogRead(lines: lines, end: nil, marker: self.marker) }
        let end = self.offset + Int64(left)
        self.content.noteEnd(end, isBroken: self.stream.failure != nil)
        if let failure = self.stream.failure, lines.consumed == 0 { throw .failed(failure) }
        // What was read before the damage is delivered; the next read tells of it.
        let isOver = self.stream.failure == nil
        return LogRead(lines: lines, end: isOver ? end : nil, marker: self.marker)
    }

    /// Passes over what was delivered, and sees that it was this.
    func skip() throws(LogReadError) {
        if self.isSkipped { return }
        self.isSkipped = true
        let target = self.offset
        self.offset = 0
        var scratch = OutputBuffer(capacity: 16)
        while self.offset < target {
            scratch.removeAll()
            let length = min(Int64(Self.skipLength), target - self.offset)
            let goesOn = self.stream.read(into: &scratch, limit: Int(length))
            self.take(scratch.span)
            if !goesOn, self.offset < target { throw .rewritten }
        }
        if self.bookmark.marker != 0, self.bookmark.marker != self.marker { throw .rewritten }
    }

    /// Moves on by `bytes`.
    private func take(_ bytes: borrowing Span<UInt8>) {
        self.offset += Int64(bytes.count)
        self.before.take(bytes)
    }

    private var marker: UInt64 { self.before.marker }
}

/// The bytes inside a gzip file, one after the other.
private struct GzipLogStream: ~Copyable {
    /// Why it can't be read on.
    private(set) var failure: String?
    private let file: OpenLogFile
    private var inflater: GzipInflater?
    private var input = OutputBuffer(capacity: 16)
    /// Where the input that is not inflated starts.
    private var used = 0
    private var fileOffset: Int64 = 0
    private var isAtEnd = false

    private static let inputLength = 16 << 10

    init(_ file: OpenLogFile) { self.file = file }

    /// Ends it.
    mutating func fail(_ reason: String) { self.failure = reason }

    /// Appends up to `limit` bytes; returns whether there may be more.
    mutating func read(into out: inout OutputBuffer, limit: Int) -> Bool {
        let target = out.count + limit
        while out.count < target, self.failure == nil, !self.isAtEnd {
            guard let inflater = self.inflater ?? GzipInflater() else {
                self.failure = "no memory to inflate it"
                break
            }
            self.inflater = inflater
            if self.used == self.input.count, !self.refill(inflater) { break }
            let room = target - out.count
            var used = self.used
            if !inflater.inflate(self.input.span, from: &used, into: &out, room: room) {
                self.failure = "it is no gzip, or damaged"
            }
            self.used = used
        }
        if self.failure == nil, !self.isAtEnd { return true }
        self.inflater = nil
        self.input = OutputBuffer(capacity: 16)
        return false
    }

    /// Reads compressed bytes; false at their end.
    private mutating func refill(_ inflater: GzipInflater) -> Bool {
        self.input.removeAll()
        self.used = 0
        let offset = self.fileOffset
        let count = self.file.read(into: &self.input, at: offset, limit: Self.inputLength)
        if count > 0 {
            self.fileOffset += Int64(count)
            return true
        }
        self.isAtEnd = true
        if count < 0 {
            self.failure = "it can't be read"
        } else if !inflater.isAtEnd || offset == 0 {
            self.failure = "it is cut"
        }
        return false
    }
}
