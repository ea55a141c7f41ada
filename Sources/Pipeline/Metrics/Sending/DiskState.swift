/// What the driver knows of its queue on disk, and what is on the way there.
struct DiskState: Sendable {
    /// A block on its way to disk.
    struct Outgoing: Sendable {
        let block: SampleBlock
        /// Its entry in the queue in memory, when it is being sent at the same time.
        let ticket: UInt64?
        /// Monotonic nanoseconds when it was queued.
        let since: Int64
    }

    enum Phase: Sendable {
        /// None is wanted.
        case off
        /// It is not known yet what is there: new blocks wait.
        case opening
        /// The folder can't be used at the moment; memory goes on alone.
        case failed
        case open
    }

    var phase: Phase
    /// Whether new blocks go to disk, behind what is there.
    var isSpilling = false
    /// In order; those without a ticket wait here and nowhere else.
    var outbox: [Outgoing] = []
    /// Those being written at the moment.
    var writing: [Outgoing] = []
    /// What waits in `outbox` and `writing`, and nowhere else.
    var leaving = QueueTally()
    /// Records that need no sending any more, which the disk does not know yet.
    var acknowledged: [UInt64] = []
    /// What waits on disk and is not in memory.
    var waiting = QueueTally()
    var fileBytes = 0
    /// Milliseconds since 1970 of the oldest sample that waits on disk.
    var oldest: Int64?
    /// Monotonic nanoseconds: when to try again after an error, and when to sync.
    var nextTry: Int64 = 0
    var nextTend: Int64?
    /// Whether it was said that samples wait on disk.
    var isAnnounced = false
    /// Why the last work there failed; empty when it did not.
    var lastError = ""

    init(isConfigured: Bool) { self.phase = isConfigured ? .opening : .off }

    /// Whether new blocks have to wait behind others that are not in the queue in memory.
    var isHolding: Bool { self.phase == .opening || self.isSpilling }

    /// Puts a block behind those on their way.
    mutating func send(_ block: SampleBlock, since: Int64) {
        self.outbox.append(Outgoing(block: block, ticket: nil, since: since))
        self.leaving.add(block)
    }

    /// Takes out the oldest block that waits here only and is not being written.
    mutating func removeOldest() -> SampleBlock? {
        guard let place = self.outbox.firstIndex(where: { $0.ticket == nil }) else { return nil }
        let block = self.outbox.remove(at: place).block
        self.leaving.remove(block)
        return block
    }

    /// The next blocks to write: some, so that what comes after them is not held up for long.
    mutating func nextWrites() -> [Outgoing] {
        var count = 0
        var bytes = 0
        while count < self.outbox.count, count < Self.batchBlocks, bytes < Self.batchBytes {
            bytes += self.outbox[count].block.byteCount
            count += 1
        }
        self.writing = Array(self.outbox.prefix(count))
        self.outbox.removeFirst(count)
        return self.writing
    }

    private static let batchBlocks = 64
    private static let batchBytes = 4 << 20
}
