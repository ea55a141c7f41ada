import Bytes
import Codecs
import Host
import Pipeline
import Telemetry

/// Reads one sequence of a journal for one sink.
final class JournalReader: LogReader {
    private(set) var offset: Int64
    private let content: JournalContent
    private var decoder: JournalEntryDecoder
    private var pace: JournalPace?
    private var handle: JournalHandle?
    /// The last number that the open files have for certain.
    private var ceiling: Int64?
    /// The snapshot that they were chosen from.
    private var version = 0
    /// Whether entries have to be looked for from `offset` on.
    private var mustSeek = false

    /// The most entries of one read.
    private static let entryLimit = 8192

    init(_ content: JournalContent, at bookmark: LogBookmark) {
        self.content = content
        self.offset = bookmark.position.resume
        let options = content.options
        self.decoder = JournalEntryDecoder(
            JournalFieldNames(options.fields),
            maxLineBytes: options.maxLineBytes,
        )
        self.pace = options.entriesPerSecond.map {
            JournalPace(perSecond: $0, at: content.clock.monotonicNanoseconds)
        }
    }

    func read(
        into batch: inout LogBatch,
        with assembly: inout LineAssembly,
        limit: Int,
        isFinal: Bool,
    ) throws(LogReadError) -> LogRead {
        var read = LogRead(lines: .init(), end: nil, marker: 0)
        let snapshot = self.content.snapshot
        do throws(HostError) {
            self.skipExpired(snapshot, &read)
            while batch.input.count < limit, read.end == nil,
                batch.table.records.count < Self.entryLimit
            {
                try self.readEntry(snapshot, into: &batch, &read)
            }
        } catch {
            self.handle = nil
            throw .failed("\(error)")
        }
        self.content.note(entries: batch.table.records.count, bytes: read.lines.consumed)
        return read
    }

    /// What is older than the oldest entry was thrown away.
    private func skipExpired(_ snapshot: JournalContent.Snapshot, _ read: inout LogRead) {
        let head = snapshot.head
        if self.offset > 0, head > self.offset { self.skip(to: head, &read) }
    }

    /// Entries below `number` are gone; who starts at the beginning misses nothing of what was before.
    private func skip(to number: Int64, _ read: inout LogRead) {
        if self.offset > 0, number > self.offset {
            let lost = self.content.extent(of: self.offset..<number)
            read.expired.bytes += lost.bytes
            read.expired.records += lost.records
        }
        self.offset = number
    }

    /// Reads one entry, or opens what comes next, or finds the end.
    private func readEntry(
        _ snapshot: JournalContent.Snapshot,
        into batch: inout LogBatch,
        _ read: inout LogRead,
    ) throws(HostError) {
        if self.pace?.isEmpty == true {
            self.pace?.refill(at: self.content.clock.monotonicNanoseconds)
            if self.pace?.isEmpty == true {
                read.end = self.offset
                return
            }
        }
        guard let handle = try self.open(snapshot) else {
            read.end = self.offset
            return
        }
        guard try handle.next() else {
            self.finishStretch(snapshot, &read)
            return
        }
        let number = try handle.number()
        if number < self.offset { return }
        if let ceiling = self.ceiling, number > ceiling {
            self.passStretch(ceiling, &read)
            return
        }
        if number > self.offset, number > snapshot.tail {
            // What is missing in between may be in a file that the source has not seen yet.
            self.mustSeek = true
            read.end = self.offset
            return
        }
        if !self.content.isSelecting { self.skip(to: number, &read) }
        var isWhole = true
        do throws(HostError) {
            try handle.visitFields { self.decoder.take($0, into: &batch) }
        } catch {
            isWhole = false
        }
        self.decoder.complete(
            number: number,
            microseconds: try handle.microseconds(),
            isWhole: isWhole,
            into: &batch,
            &read.lines,
        )
        self.offset = number + 1
        self.pace?.take()
    }

    /// The files to read on in, opened if they are not; nil when they are not there.
    private func open(_ snapshot: JournalContent.Snapshot) throws(HostError) -> JournalHandle? {
        if let handle = self.handle {
            if self.mustSeek { try self.seek(handle) }
            return handle
        }
        guard let stretch = JournalStretch(of: snapshot.files, from: self.offset) else {
            return nil
        }
        // Files that were renamed meanwhile are found again by the source, which tells of them.
        guard let handle = try self.content.open(stretch.files) else { return nil }
        try self.seek(handle)
        self.handle = handle
        self.ceiling = stretch.ceiling
        self.version = snapshot.version
        return handle
    }

    private func seek(_ handle: JournalHandle) throws(HostError) {
        try handle.seek(to: self.offset, of: self.content.sequenceID)
        self.mustSeek = false
    }

    /// The open files have nothing more.
    private func finishStretch(_ snapshot: JournalContent.Snapshot, _ read: inout LogRead) {
        if let ceiling = self.ceiling {
            self.passStretch(ceiling, &read)
            return
        }
        if self.version != snapshot.version {
            // Other files have come, perhaps with what follows.
            self.handle = nil
            return
        }
        if self.content.isSelecting { self.offset = max(self.offset, snapshot.tail) }
        self.mustSeek = true
        read.end = self.offset
    }

    /// Everything up to `ceiling` was read, or is not there.
    private func passStretch(_ ceiling: Int64, _ read: inout LogRead) {
        self.handle = nil
        if self.content.isSelecting {
            self.offset = max(self.offset, ceiling + 1)
        } else if ceiling >= self.offset {
            self.skip(to: ceiling + 1, &read)
        }
    }
}
