/// Finished blocks that wait to be sent: first in, first out in each lane, bounded by bytes and
/// samples together.
///
/// Pure. When a block does not fit, the oldest that is not being sent is dropped, whatever its lane.
struct BlockQueue: ~Copyable {
    private struct Lane {
        var blocks: [SampleBlock] = []
        /// Blocks before this place have left.
        var head = 0
        /// Whether the block at the head is being sent.
        var isSending = false

        var first: SampleBlock? { self.head < self.blocks.count ? self.blocks[self.head] : nil }

        mutating func removeFirst() -> SampleBlock {
            let block = self.blocks[self.head]
            self.head += 1
            if self.head > 64, self.head * 2 > self.blocks.count {
                self.blocks.removeFirst(self.head)
                self.head = 0
            }
            return block
        }

        /// Removes the oldest block that is not being sent.
        mutating func removeOldest() -> SampleBlock? {
            if !self.isSending { return self.first == nil ? nil : self.removeFirst() }
            let next = self.head + 1
            return next < self.blocks.count ? self.blocks.remove(at: next) : nil
        }

        var oldestNumber: UInt64? {
            let place = self.isSending ? self.head + 1 : self.head
            return place < self.blocks.count ? self.blocks[place].number : nil
        }
    }

    /// The most bytes, blocks being sent included.
    let byteLimit: Int
    /// The most samples, blocks being sent included.
    let sampleLimit: Int
    /// Bytes that wait or are being sent.
    private(set) var byteCount = 0
    /// Samples that wait or are being sent.
    private(set) var sampleCount = 0
    /// Blocks that wait or are being sent.
    private(set) var count = 0
    private var lanes: [Lane]

    init(lanes: Int, byteLimit: Int, sampleLimit: Int) {
        self.byteLimit = byteLimit
        self.sampleLimit = sampleLimit
        self.lanes = Array(repeating: Lane(), count: lanes)
    }

    /// Appends a block and returns what had to go for it; a block that can't fit goes itself.
    mutating func push(_ block: SampleBlock) -> [SampleBlock] {
        self.lanes[block.targets.trailingZeroBitCount].blocks.append(block)
        self.account(block, 1)
        var dropped: [SampleBlock] = []
        while self.byteCount > self.byteLimit || self.sampleCount > self.sampleLimit {
            guard let oldest = self.removeOldest() else { break }
            dropped.append(oldest)
        }
        return dropped
    }

    /// The next block of a lane, which is then being sent.
    mutating func take(lane: Int) -> SampleBlock? {
        guard !self.lanes[lane].isSending, let block = self.lanes[lane].first else { return nil }
        self.lanes[lane].isSending = true
        return block
    }

    /// Lets go of the block of a lane that was being sent.
    mutating func finish(lane: Int) {
        guard self.lanes[lane].isSending else { return }
        self.lanes[lane].isSending = false
        self.account(self.lanes[lane].removeFirst(), -1)
    }

    private mutating func removeOldest() -> SampleBlock? {
        var best: (lane: Int, number: UInt64)?
        for (place, lane) in self.lanes.enumerated() {
            guard let number = lane.oldestNumber else { continue }
            if let known = best, known.number < number { continue }
            best = (place, number)
        }
        guard let best, let block = self.lanes[best.lane].removeOldest() else { return nil }
        self.account(block, -1)
        return block
    }

    private mutating func account(_ block: SampleBlock, _ sign: Int) {
        self.count += sign
        self.byteCount += sign * block.byteCount
        self.sampleCount += sign * block.count
    }
}
