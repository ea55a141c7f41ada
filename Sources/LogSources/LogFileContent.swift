import Bytes
import Codecs
import Host
import Pipeline
import Telemetry

/// The content of one generation of a log file.
final class LogFileContent: LogContent {
    let file: OpenLogFile
    /// What the generation is known by, which is read from it.
    let identity: LogIdentity
    /// The generation's number.
    let number: Int
    let decoder: LineDecoder
    fileprivate let clock: any AgentClock

    init(
        _ file: OpenLogFile,
        identity: LogIdentity,
        number: Int,
        decoder: LineDecoder,
        clock: any AgentClock,
    ) {
        self.file = file
        self.identity = identity
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
            _ = try reader.checkedBytes()
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
        var start = self.offset
        var count = try self.read(into: &batch.input, at: start, limit)
        if start == 0, count > 0, batch.input.span[0] == 0,
            let data = self.content.file.firstData()
        {
            start = data
            batch.removeAll()
            count = try self.read(into: &batch.input, at: start, limit)
        }
        let hole = Int(start - self.offset)
        if count == 0, start > 0 { try self.checkSize() }
        // Behind the read: what was rewritten before it is seen, whatever happens afterwards.
        if self.offset == 0 { try self.checkBeginning(batch.input.span) }
        let before = try self.checkedBytes()
        let isAtEnd = count < limit
        let chunk = LineDecoder.Chunk(
            file: self.content.number,
            offset: start,
            isFull: !isAtEnd,
            isFinal: isFinal && isAtEnd,
            done: self.done,
            now: self.content.clock.wallNanoseconds,
        )
        var lines = batch.fill { input, table in
            self.content.decoder.decode(input, chunk, with: &assembly, into: &table)
        }
        if lines.consumed > 0 {
            self.offset = start + Int64(lines.consumed)
            let taken = batch.input.span.extracting(first: lines.consumed)
            self.marker = self.marker(after: before.span, from: start, taken)
            lines.consumed += hole
            lines.holes += hole
        }
        let end = isAtEnd ? start + Int64(count) : nil
        return LogRead(lines: lines, end: end, marker: self.marker)
    }

    private func read(
        into out: inout OutputBuffer,
        at offset: Int64,
        _ limit: Int,
    ) throws(LogReadError) -> Int {
        let count = self.content.file.read(into: &out, at: offset, limit: limit)
        if count < 0 { throw .failed("read failed: \(SystemErrorCode.current.text)") }
        return count
    }

    /// Sees that the file still begins as it did when it was found: nothing was read so far.
    private func checkBeginning(_ input: borrowing Span<UInt8>) throws(LogReadError) {
        let identity = self.content.identity
        let head = input.extracting(input.leadingNULs...)
        // A hole may be longer than what was read.
        let now = LogIdentity(inode: identity.inode, head: head, isFinished: true)
        if let now, now.fingerprint != identity.fingerprint { throw .rewritten }
    }

    /// The bytes that the marker covers, which are still those that were read; none without marker.
    ///
    /// Truncation and new content beyond the old end would go unseen by the size alone.
    func checkedBytes() throws(LogReadError) -> OutputBuffer {
        if self.marker == 0 { return OutputBuffer(capacity: 0) }
        let before = try self.bytes(before: self.offset)
        let isWhole = before.count == LogBookmark.length(at: self.offset)
        if !isWhole || LogBookmark.marker(of: before.span) != self.marker { throw .rewritten }
        return before
    }

    func marker(at offset: Int64) -> UInt64 {
        do throws(LogReadError) {
            let before = try self.bytes(before: offset)
            let isWhole = before.count > 0 && before.count == LogBookmark.length(at: offset)
            return isWhole ? LogBookmark.marker(of: before.span) : 0
        } catch {
            return 0
        }
    }

    /// What a marker at an offset covers, as far as it is there.
    private func bytes(before offset: Int64) throws(LogReadError) -> OutputBuffer {
        let length = LogBookmark.length(at: offset)
        var before = OutputBuffer(capacity: 2 * LogBookmark.markerLength)
        let start = offset - Int64(length)
        _ = try self.read(into: &before, at: start, length)
        return before
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

    /// The marker behind bytes that were read, made of what was seen then: the file may have been
    /// truncated meanwhile.
    private func marker(
        after before: borrowing Span<UInt8>,
        from start: Int64,
        _ taken: borrowing Span<UInt8>,
    ) -> UInt64 {
        let length = LogBookmark.length(at: self.offset)
        if taken.count >= length { return LogBookmark.marker(of: taken.extracting(last: length)) }
        if before.count < LogBookmark.length(at: start) { return self.marker(at: self.offset) }
        var tail = LogTail()
        tail.take(before)
        tail.take(taken)
        return tail.marker
    }
}
