/// Finished blocks that wait in memory or are being sent: first in, first out, several at a time.
///
/// Pure. A block may start when it shares no target with an earlier one that is not finished, so the
/// samples of a target arrive in order however many requests are under way.
struct BlockQueue: ~Copyable {
    /// A block and what became of it so far.
    struct Entry: Sendable {
        /// Names the entry; rises.
        let ticket: UInt64
        let block: SampleBlock
        /// Monotonic nanoseconds when it was queued.
        let since: Int64
        /// The record on disk that holds it as well.
        var record: UInt64?
        /// How often it was tried.
        var attempts = 0
        var isSending = false
        /// Whether it is being written to disk at the moment.
        var isSaving = false
    }

    /// How many blocks from the front are looked at for one that may start.
    static let lookAhead = 256

    private var entries: [Entry] = []
    /// Entries before this place have left.
    private var head = 0
    private var nextTicket: UInt64 = 0
    /// Everything here.
    private(set) var tally = QueueTally()
    /// What is here and not on disk.
    private(set) var unsaved = QueueTally()
    /// Blocks being sent.
    private(set) var sending = 0

    init() {}

    /// The number of blocks.
    var count: Int { self.entries.count - self.head }

    /// When the oldest block that is not on disk was queued.
    var oldestUnsaved: Int64? {
        if self.unsaved.blocks == 0 { return nil }
        return self.entries[self.head...].first { $0.record == nil }?.since
    }

    /// Appends a block; `record` is where it is on disk.
    mutating func push(_ block: SampleBlock, record: UInt64? = nil, since: Int64 = 0) {
        self.entries.append(
            Entry(ticket: self.nextTicket, block: block, since: since, record: record)
        )
        self.nextTicket += 1
        self.tally.add(block)
        if record == nil { self.unsaved.add(block) }
    }

    /// The next block that may start, which is then being sent; nil at `limit` or when all others
    /// share a target with one before them.
    mutating func start(limit: Int) -> Entry? {
        if self.sending >= limit { return nil }
        var busy: UInt64 = 0
        for place in self.head..<min(self.head + Self.lookAhead, self.entries.count) {
            let entry = self.entries[place]
            if !entry.isSending, entry.block.targets & busy == 0 {
                self.entries[place].isSending = true
                self.sending += 1
                return self.entries[place]
            }
            busy |= entry.block.targets
            if busy == UInt64.max { return nil }
        }
        return nil
    }

    /// Makes a block that was being sent wait again, in its place.
    mutating func putBack(_ ticket: UInt64) {
        guard let place = self.place(of: ticket) else { return }
        self.entries[place].attempts += 1
        self.entries[place].isSending = false
        self.sending -= 1
    }

    /// Takes out a block, whether it was being sent or not.
    @discardableResult
    mutating func finish(_ ticket: UInt64) -> Entry? {
        guard let place = self.place(of: ticket) else { return nil }
        return self.remove(at: place)
    }

    /// Takes out the oldest block that is in memory only and not being sent or saved.
    mutating func removeOldest() -> Entry? {
        if self.unsaved.blocks == 0 { return nil }
        let found = self.entries[self.head...].firstIndex {
            $0.record == nil && !$0.isSending && !$0.isSaving
        }
        return found.map { self.remove(at: $0) }
    }

    /// Takes out what is in memory only and not being sent; marks the others as being saved.
    ///
    /// - Returns: All of them in order, for the disk.
    mutating func spill() -> [Entry] {
        var spilled: [Entry] = []
        var kept: [Entry] = []
        for place in self.head..<self.entries.count {
            var entry = self.entries[place]
            if entry.record == nil, !entry.isSaving {
                spilled.append(entry)
                if !entry.isSending {
                    self.tally.remove(entry.block)
                    self.unsaved.remove(entry.block)
                    continue
                }
                entry.isSaving = true
            }
            kept.append(entry)
        }
        self.entries = kept
        self.head = 0
        return spilled
    }

    /// Notes that a block is on disk; false when it is not here any more.
    mutating func noteSaved(_ ticket: UInt64, as record: UInt64) -> Bool {
        guard let place = self.place(of: ticket) else { return false }
        self.entries[place].record = record
        self.entries[place].isSaving = false
        self.unsaved.remove(self.entries[place].block)
        return true
    }

    /// Notes that a block could not be saved.
    mutating func noteUnsaved(_ ticket: UInt64) {
        if let place = self.place(of: ticket) { self.entries[place].isSaving = false }
    }

    /// Notes that a record is on disk no longer; takes its block out, unless it is being sent or to
    /// be kept.
    mutating func expel(record: UInt64, isKept: Bool = false) -> Entry? {
        let found = self.entries[self.head...].firstIndex { $0.record == record }
        guard let found else { return nil }
        if !isKept, !self.entries[found].isSending { return self.remove(at: found) }
        self.entries[found].record = nil
        self.unsaved.add(self.entries[found].block)
        return nil
    }

    private func place(of ticket: UInt64) -> Int? {
        self.entries[self.head...].firstIndex { $0.ticket == ticket }
    }

    /// What leaves is near the front: the few before it move, not the many behind it.
    private mutating func remove(at place: Int) -> Entry {
        let entry = self.entries[place]
        var free = place
        while free > self.head {
            self.entries[free] = self.entries[free - 1]
            free -= 1
        }
        self.head += 1
        self.tally.remove(entry.block)
        if entry.record == nil { self.unsaved.remove(entry.block) }
        if entry.isSending { self.sending -= 1 }
        if self.head > 64, self.head * 2 > self.entries.count {
            self.entries.removeFirst(self.head)
            self.head = 0
        }
        return entry
    }
}
