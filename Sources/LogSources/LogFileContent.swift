import Bytes
import Codecs
import Host
import Pipeline
import Telemetry

/// The content of one generation of a log file.
final class LogFileContent: LogContent {
    let file: OpenLogFile
    /// The number of the generation that is read from it.
    let number: Int
    let decoder: LineDecoder
    fileprivate let clock: any AgentClock

    init(_ file: OpenLogFile, number: Int, decoder: LineDecoder, clock: any AgentClock) {
        self.file = file
        self.number = number
        self.decoder = decoder
        self.clock = clock
    }

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
        var read = try self.readOnce(into: &batch, with: &assembly, limit: limit, isFinal: isFinal)
        var limit = limit
        while read.lines.needsMore {
            limit = min(limit * 4, LineDecoder.wholeLineLimit + 1)
            batch.removeAll()
            read = try self.readOnce(into: &batch, with: &assembly, limit: limit, isFinal: isFinal)
        }
        return read
    }

    private func readOnce(
        into batch: inout LogBatch,
        with assembly: inout LineAssembly,
        limit: Int,
        isFinal: Bool,
    ) throws(LogReadError) -> LogRead {
        let start = self.offset
        let count = self.content.file.read(into: &batch.input, at: start, limit: limit)
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
        let count = self.content.file.read(
            into: &before,
            at: start,
            limit: LogBookmark.markerLength,
        )
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
        let count = self.content.file.read(into: &before, at: start, limit: length)
        return count == length ? Self.hash(before.span) : 0
    }

    private func checkSize() throws(LogReadError) {
        do {
            if try self.content.file.status().size < self.offset { throw LogReadError.rewritten }
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
    static func hash(_ bytes: borrowing Span<UInt8>) -> UInt64 { stableHash(bytes) | 1 }
}
