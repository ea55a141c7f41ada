import Bytes
import Codecs
import Glibc
import Host
import Pipeline
import Telemetry

/// An open log file, shared by all sinks that read it; closed when nobody does any more.
final class LogFileContent: LogContent {
    let descriptor: Int32
    let inode: UInt64
    /// The number of the generation that is read from it.
    let number: Int
    fileprivate let decoder: LineDecoder
    fileprivate let clock: any AgentClock

    /// Takes an open descriptor over.
    init(
        _ descriptor: Int32,
        inode: UInt64,
        number: Int,
        decoder: LineDecoder,
        clock: any AgentClock,
    ) {
        self.descriptor = descriptor
        self.inode = inode
        self.number = number
        self.decoder = decoder
        self.clock = clock
    }

    /// The same file for its next generation.
    func again(number: Int) -> LogFileContent? {
        let copy = fcntl(self.descriptor, F_DUPFD_CLOEXEC, 0)
        if copy < 0 { return nil }
        return LogFileContent(
            copy,
            inode: self.inode,
            number: number,
            decoder: self.decoder,
            clock: self.clock,
        )
    }

    deinit { close(self.descriptor) }

    func makeReader(at bookmark: LogBookmark) -> any LogReader {
        LogFileReader(self, at: bookmark)
    }

    func holds(_ bookmark: LogBookmark) -> Bool {
        let reader = LogFileReader(self, at: bookmark)
        do throws(LogReadError) {
            try reader.checkMarker()
            return true
        } catch {
            return false
        }
    }

    /// The file's size and number of names.
    func status() throws(HostError) -> (size: Int64, names: UInt64) {
        var status = stat()
        if unsafe fstat(self.descriptor, &status) != 0 {
            throw .unreadable("", "fstat", .current)
        }
        return (Int64(status.st_size), UInt64(status.st_nlink))
    }

    /// The first bytes of the file.
    func head() -> OutputBuffer {
        var head = OutputBuffer(capacity: LogIdentity.fingerprintLimit)
        _ = self.read(into: &head, at: 0, limit: LogIdentity.fingerprintLimit)
        return head
    }

    /// Appends up to `limit` bytes at `offset`; returns how many, or -1 with `errno` set.
    fileprivate func read(into out: inout OutputBuffer, at offset: Int64, limit: Int) -> Int {
        var count = 0
        unsafe out.appendInPlace(upTo: limit) { room in
            repeat {
                count = unsafe pread(self.descriptor, room.baseAddress, room.count, Int(offset))
            } while count < 0 && errno == EINTR
            return max(count, 0)
        }
        return count
    }
}

/// Reads a log file for one sink.
final class LogFileReader: LogReader {
    private(set) var offset: Int64
    private let content: LogFileContent
    /// Lines below it were handed over in an earlier life.
    private let done: LogPosition
    private var marker: UInt64

    init(_ content: LogFileContent, at bookmark: LogBookmark) {
        self.content = content
        self.offset = bookmark.position.resume
        self.done = bookmark.position
        self.marker = bookmark.marker
    }

    func read(
        into batch: inout LogBatch,
        with assembly: inout LineAssembly,
        limit: Int,
        isFinal: Bool,
    ) throws(LogReadError) -> LogRead {
        try self.checkMarker()
        let start = self.offset
        let count = self.content.read(into: &batch.input, at: start, limit: limit)
        if count < 0 { throw .failed("read failed: \(SystemErrorCode.current.text)") }
        if count == 0, start > 0 { try self.checkSize() }
        let isAtEnd = count < limit
        let chunk = LineDecoder.Chunk(
            file: self.content.number,
            offset: start,
            isFull: !isAtEnd,
            isFinal: isFinal && isAtEnd,
            done: self.done,
            now: self.content.clock.wallNanoseconds,
        )
        let lines = batch.fill { input, table in
            self.content.decoder.decode(input, chunk, with: &assembly, into: &table)
        }
        if lines.consumed > 0 {
            self.offset += Int64(lines.consumed)
            self.marker = self.markerNow(batch.input.span, consumed: lines.consumed)
        }
        let end = isAtEnd ? start + Int64(count) : nil
        return LogRead(lines: lines, end: end, marker: self.marker)
    }

    /// Truncation and new content beyond the old end would go unseen by the size alone.
    func checkMarker() throws(LogReadError) {
        if self.marker == 0 { return }
        var before = OutputBuffer(capacity: LogBookmark.markerLength)
        let start = self.offset - Int64(LogBookmark.markerLength)
        let count = self.content.read(into: &before, at: start, limit: LogBookmark.markerLength)
        if count < 0 { throw .failed("read failed: \(SystemErrorCode.current.text)") }
        if count < LogBookmark.markerLength || Self.hash(before.span) != self.marker {
            throw .rewritten
        }
    }

    func marker(at offset: Int64) -> UInt64 {
        let length = LogBookmark.markerLength
        if offset < length { return 0 }
        var before = OutputBuffer(capacity: length)
        let start = offset - Int64(length)
        let count = self.content.read(into: &before, at: start, limit: length)
        return count == length ? Self.hash(before.span) : 0
    }

    private func checkSize() throws(LogReadError) {
        do {
            if try self.content.status().size < self.offset { throw LogReadError.rewritten }
        } catch let error as LogReadError {
            throw error
        } catch {
            throw .failed("\(error)")
        }
    }

    private func markerNow(_ input: borrowing Span<UInt8>, consumed: Int) -> UInt64 {
        let length = LogBookmark.markerLength
        if consumed >= length {
            return Self.hash(input.extracting(consumed - length..<consumed))
        }
        return self.marker(at: self.offset)
    }

    /// A hash that is never 0, which means that there is no marker.
    private static func hash(_ bytes: borrowing Span<UInt8>) -> UInt64 { stableHash(bytes) | 1 }
}
