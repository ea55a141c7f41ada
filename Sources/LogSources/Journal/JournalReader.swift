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
    private var merge = JournalMerge()
    private var damage = JournalDamage()
    /// The last number that the open files have for certain.
    private var ceiling: Int64?
    /// The snapshot that they were chosen from; nil when others have to be chosen.
    private var version: Int?
    /// What was thrown away below this number is counted.
    private var expiredBelow: Int64 = 0

    /// The most entries of one read.
    private static let entryLimit = 8192
    /// Entries of usual size in the 64 KiB that the kernel maps at a time.
    private static let entriesAround: Int64 = 64

    init(_ content: JournalContent, at bookmark: LogBookmark) {
        self.content = content
        // Who starts at the beginning misses nothing of what was thrown away before.
        let resume = bookmark.position.resume
        self.offset = resume > 0 ? resume : content.snapshot.firstHead
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
        // An entry that is in the snapshot is in these files by now, whichever was looked at last.
        self.merge.lookAgain()
        do throws(HostError) {
            while batch.input.count < limit, read.end == nil,
                batch.table.records.count < Self.entryLimit
            {
                try self.readEntry(snapshot, into: &batch, &read)
            }
        } catch {
            // What was read before is delivered; the next read meets the error again.
            if batch.table.records.isEmpty, read.expired == .init(), read.unreadable == .init() {
                throw .failed("\(error)")
            }
            read.end = self.offset
        }
        self.content.note(entries: batch.table.records.count, bytes: read.lines.consumed)
        return read
    }

    /// Reads one entry, or opens what comes next, or finds the end.
    private func readEntry(
        _ snapshot: JournalContent.Snapshot,
        into batch: inout LogBatch,
        _ read: inout LogRead,
    ) throws(HostError) {
        if self.isHeldUp() {
            self.content.noteHeldUp()
            read.end = self.offset
            return
        }
        if self.version != snapshot.version {
            try self.open(snapshot, &read)
            if self.version == nil { return }
        }
        switch self.merge.next(from: self.offset) {
        case .damaged(let index, let error): self.leave(index, error, snapshot, &read)
        case .end: self.finishStretch(snapshot, &read)
        case .entry(let number, let index):
            if let ceiling = self.ceiling, number > ceiling {
                self.passStretch(ceiling, &read)
            } else if number > self.offset, number > snapshot.tail {
                // What is missing in between may be in a file that the source has not seen yet.
                read.end = self.offset
            } else {
                if !self.content.isSelecting { self.skip(to: number, &read) }
                self.take(number, index, snapshot, into: &batch, &read)
            }
        }
    }

    /// Whether no more entries may be read for now.
    private func isHeldUp() -> Bool {
        if self.pace?.isEmpty != true { return false }
        self.pace?.refill(at: self.content.clock.monotonicNanoseconds)
        return self.pace?.isEmpty == true
    }

    /// Reads the entry that a file is at.
    private func take(
        _ number: Int64,
        _ index: Int,
        _ snapshot: JournalContent.Snapshot,
        into batch: inout LogBatch,
        _ read: inout LogRead,
    ) {
        let handle = self.merge.handle(index)
        let start = batch.input.count
        let consumed = read.lines.consumed
        var isWhole = true
        do throws(HostError) {
            let microseconds = try handle.microseconds()
            do throws(HostError) {
                try handle.visitFields { self.decoder.take($0, into: &batch) }
            } catch {
                // A field that can't be read takes only itself along; a file that ends here, all.
                if handle.isCutShort { throw error }
                isWhole = false
            }
            self.decoder.complete(
                number: number,
                microseconds: microseconds,
                isWhole: isWhole,
                into: &batch,
                &read.lines,
            )
        } catch {
            self.decoder.abandon()
            batch.input.truncate(to: start)
            self.leave(index, error, snapshot, &read)
            return
        }
        self.merge.pass(index, bytes: read.lines.consumed - consumed + self.mapped(before: number))
        self.offset = number + 1
        self.pace?.take()
    }

    /// What of the entries in front of this one that are not wanted came into memory with it.
    ///
    /// The kernel maps pages around the one that is missing; farther away nothing was touched.
    private func mapped(before number: Int64) -> Int {
        if number <= self.offset { return 0 }
        let first = max(self.offset, number - Self.entriesAround)
        return self.content.extent(of: first..<number).bytes
    }

    /// Opens what is needed to read on; ends the read where it is not there.
    private func open(
        _ snapshot: JournalContent.Snapshot,
        _ read: inout LogRead,
    ) throws(HostError) {
        self.version = nil
        self.merge.keepDeleted(but: snapshot.files)
        self.damage.forget(below: self.offset, but: snapshot.files)
        self.skipExpired(snapshot, &read)
        let readable = snapshot.files.filter { !self.damage.forbids($0) }
        let stretch = JournalStretch(of: readable, from: self.offset)
        for file in stretch?.files ?? [] {
            do throws(HostError) {
                // Files that were renamed meanwhile are found again by the source, which tells of
                // them.
                guard let handle = try self.content.open(file) else {
                    read.end = self.offset
                    return
                }
                self.merge.add(file, handle)
            } catch {
                if error.code?.isForLackOfDescriptors == true { throw error }
                self.giveUp(file, error, snapshot, &read)
                return
            }
        }
        self.ceiling = stretch?.ceiling
        if self.merge.isEmpty {
            self.skipDamaged(snapshot, &read)
            read.end = self.offset
            return
        }
        self.version = snapshot.version
    }

    /// The open files have nothing more.
    private func finishStretch(_ snapshot: JournalContent.Snapshot, _ read: inout LogRead) {
        if let ceiling = self.ceiling {
            self.passStretch(ceiling, &read)
            return
        }
        self.merge.closeRead(but: snapshot.files)
        self.skipDamaged(snapshot, &read)
        if self.content.isSelecting { self.offset = max(self.offset, snapshot.tail) }
        read.end = self.offset
    }

    /// Everything up to `ceiling` was read, or is not there.
    private func passStretch(_ ceiling: Int64, _ read: inout LogRead) {
        self.version = nil
        if self.content.isSelecting {
            self.offset = max(self.offset, ceiling + 1)
        } else if ceiling >= self.offset {
            self.skip(to: ceiling + 1, &read)
        }
    }

    /// A file that is open can't be read on; what others have is.
    private func leave(
        _ index: Int,
        _ error: HostError,
        _ snapshot: JournalContent.Snapshot,
        _ read: inout LogRead,
    ) {
        let isDeleted = self.merge.handle(index).isDeleted
        let file = self.merge.remove(index)
        if !isDeleted {
            self.giveUp(file, error, snapshot, &read)
            return
        }
        // journald has vacuumed it, and freed its blocks though it is open here.
        self.version = nil
        if self.content.isSelecting {
            read.expired += self.rest(of: file)
            self.expiredBelow = max(self.expiredBelow, file.header.tail + 1)
        }
    }

    /// A file can't be read on, or not be opened; what others have is.
    private func giveUp(
        _ file: JournalFile,
        _ error: HostError,
        _ snapshot: JournalContent.Snapshot,
        _ read: inout LogRead,
    ) {
        let now = snapshot.files.first { $0.isSame(as: file) } ?? file
        self.content.report(now, error)
        self.damage.add(now)
        self.version = nil
        if self.content.isSelecting { read.unreadable += self.rest(of: now) }
    }

    /// What may be left in a file: where some entries are selected, it can't be known how many.
    private func rest(of file: JournalFile) -> LogAccount.Count {
        let first = max(self.offset, file.header.head)
        let most = min(file.header.tail - first + 1, Int64(clamping: file.header.entries))
        return most > 0 ? self.content.extent(of: 0..<most) : LogAccount.Count()
    }

    /// What is older than the oldest entry was thrown away, but for what is open still.
    private func skipExpired(_ snapshot: JournalContent.Snapshot, _ read: inout LogRead) {
        let head = snapshot.head
        if head <= self.offset { return }
        guard let last = self.merge.lastNumber else {
            self.skip(to: head, &read)
            return
        }
        // What comes between is met as a gap later on, unless there are gaps everywhere.
        let first = max(self.offset, last + 1, self.expiredBelow)
        if self.content.isSelecting, first < head {
            read.expired += self.content.extent(of: first..<head)
            self.expiredBelow = head
        }
    }

    /// Behind everything that can be read there may be entries in files that can't.
    private func skipDamaged(_ snapshot: JournalContent.Snapshot, _ read: inout LogRead) {
        guard let last = self.damage.last else { return }
        if last < self.offset || last > snapshot.tail { return }
        if self.content.isSelecting {
            self.offset = last + 1
        } else {
            self.skip(to: last + 1, &read)
        }
    }

    /// Entries below `number` are not there.
    private func skip(to number: Int64, _ read: inout LogRead) {
        let first = max(self.offset, self.expiredBelow)
        if first < number {
            let damaged = self.damage.overlap(first..<number)
            // Where only some entries are wanted, this was counted when the file was given up.
            if !self.content.isSelecting {
                read.unreadable += self.content.extent(of: 0..<damaged)
            }
            read.expired += self.content.extent(of: 0..<(number - first - damaged))
        }
        self.offset = number
    }
}
