import AgentTesting
import Bytes
import Glibc
import RandomTesting
import Testing

@testable import Pipeline

@Suite struct DiskQueueTests {
    private static let size = 104

    private static func queue(
        _ folder: TemporaryFolder,
        _ change: (inout DiskQueueOptions) -> Void = { _ in },
        ageLimit: Duration = .zero,
    ) -> DiskQueue {
        var options = DiskQueueOptions()
        change(&options)
        return DiskQueue(
            folder: folder.path + "/q",
            options: options,
            sampleAgeLimit: ageLimit,
        )
    }

    private static func append(
        _ numbers: Range<UInt64>,
        to queue: inout DiskQueue,
    ) throws {
        for number in numbers { _ = try queue.append(QueueBlocks.block(number)) }
    }

    /// Takes everything, and says so of each when `settling`.
    private static func drain(_ queue: inout DiskQueue, settling: Bool = true) -> [UInt64] {
        var numbers: [UInt64] = []
        while let block = queue.take(wall: 0) {
            numbers.append(UInt64(block.newest / 1000))
            #expect(QueueBlocks.isSame(block, as: numbers[numbers.count - 1]))
            if settling { queue.acknowledge(block.number) }
        }
        return numbers
    }

    @Test func whatIsWrittenIsReadInOrder() throws {
        let folder = try TemporaryFolder()
        var queue = Self.queue(folder)
        let found = try queue.open()
        #expect(found == QueueTally())
        try Self.append(0..<50, to: &queue)
        let waiting = queue.waiting
        #expect(waiting.blocks == 50 && waiting.bytes == 2000 && waiting.counts.samples == 150)
        let first = Self.drain(&queue)
        #expect(first == Array(0..<50))
        let files = (queue.fileBytes, folder.files().filter { $0.hasSuffix("blocks") })
        #expect(files.0 == 0 && files.1.isEmpty, "an empty queue leaves no segment")
        try Self.append(50..<60, to: &queue)
        let second = Self.drain(&queue)
        #expect(second == Array(50..<60))
    }

    @Test func readingFollowsWriting() throws {
        let folder = try TemporaryFolder()
        var queue = Self.queue(folder)
        _ = try queue.open()
        var read: [UInt64] = []
        var random = SplitMix(seed: 7)
        for number: UInt64 in 0..<400 {
            _ = try queue.append(QueueBlocks.block(number))
            while Bool.random(using: &random), let block = queue.take(wall: 0) {
                read.append(UInt64(block.newest / 1000))
                if Bool.random(using: &random) { queue.acknowledge(block.number) }
            }
        }
        read += Self.drain(&queue)
        #expect(read == Array(0..<400))
    }

    /// What a killed process leaves: whatever was written, without the last cursor.
    @Test func aRestartSendsWhatIsLeft() throws {
        let folder = try TemporaryFolder()
        do {
            var queue = Self.queue(folder)
            _ = try queue.open()
            try Self.append(0..<20, to: &queue)
            var taken: [UInt64] = []
            for _ in 0..<8 { if let block = queue.take(wall: 0) { taken.append(block.number) } }
            // Answers come in another order; 3 never comes.
            for number in [7, 0, 1, 5, 2] { queue.acknowledge(taken[number]) }
            try queue.tend(monotonic: 0)
            queue.acknowledge(taken[4])
        }
        var queue = Self.queue(folder)
        let found = try queue.open()
        #expect(found.blocks == 15)
        let rest = Self.drain(&queue)
        // 4 was settled after the cursor was written, and is sent again.
        #expect(rest == [3, 4, 6] + Array(8..<20))
        _ = try queue.append(QueueBlocks.block(20))
        let next = Self.drain(&queue)
        #expect(next == [20])
    }

    @Test func newestFirstIsBackwards() throws {
        let folder = try TemporaryFolder()
        let change: (inout DiskQueueOptions) -> Void = {
            $0.order = .newestFirst
            $0.maxBytes = 8 * 10 * Self.size
        }
        do {
            var queue = Self.queue(folder, change)
            _ = try queue.open()
            try Self.append(0..<35, to: &queue)
            let first = queue.take(wall: 0)
            #expect(first?.newest == 34_000)
            queue.acknowledge(first?.number ?? 0)
            try Self.append(35..<38, to: &queue)
            for number: Int64 in [37, 36, 35, 33] {
                let block = queue.take(wall: 0)
                #expect(block?.newest == number * 1000)
                queue.acknowledge(block?.number ?? 0)
            }
            try queue.tend(monotonic: 0, all: true)
        }
        var queue = Self.queue(folder, change)
        _ = try queue.open()
        let rest = Self.drain(&queue)
        #expect(rest == Array((0..<33).reversed()))
    }

    @Test func bytesAreBoundedAndTheOldestGo() throws {
        let folder = try TemporaryFolder()
        let limit = 8 * 10 * Self.size
        var queue = Self.queue(folder, { $0.maxBytes = limit })
        _ = try queue.open()
        for number: UInt64 in 0..<500 {
            _ = try queue.append(QueueBlocks.block(number))
            #expect(queue.fileBytes <= limit)
        }
        let onDisk = try folder.files().reduce(0) { sum, name in
            name.hasSuffix("blocks") ? sum + (try folder.read(name).count) : sum
        }
        #expect(onDisk == queue.fileBytes)
        let losses = queue.takeLosses()
        let rest = Self.drain(&queue)
        #expect(losses.full.blocks + rest.count == 500)
        #expect(rest == Array(UInt64(500 - rest.count)..<500) && rest.count >= 70)
        #expect(losses.full.counts.samples == losses.full.blocks * 3)
        let tooLarge = try queue.append(QueueBlocks.block(1, bytes: limit))
        #expect(tooLarge == nil)
        #expect(queue.takeLosses().full.blocks == 1)
    }

    /// Written, taken, settled and dropped in random turns: what is taken is always the oldest of
    /// what is left, and everything is taken or dropped.
    @Test(arguments: 0..<10)
    func whatGoesIsTheOldest(seed: UInt64) throws {
        let folder = try TemporaryFolder()
        var queue = Self.queue(folder, { $0.maxBytes = 8 * 10 * Self.size })
        _ = try queue.open()
        var random = SplitMix(seed: seed)
        var taken: [UInt64] = []
        var open: [UInt64] = []
        for number: UInt64 in 0..<600 {
            let isTaken = Int.random(in: 0..<20, using: &random) == 0 && queue.waiting.blocks == 0
            let record = try queue.append(QueueBlocks.block(number), isTaken: isTaken)
            if isTaken { taken.append(number) }
            if isTaken { open.append(try #require(record)) }
            while Int.random(in: 0..<3, using: &random) == 0, let block = queue.take(wall: 0) {
                taken.append(UInt64(block.newest / 1000))
                open.append(block.number)
            }
            while Int.random(in: 0..<3, using: &random) == 0, !open.isEmpty {
                queue.acknowledge(open.remove(at: Int.random(in: 0..<open.count, using: &random)))
            }
        }
        let dropped = queue.takeLosses().full.blocks
        let rest = Self.drain(&queue)
        #expect(rest == Array(UInt64(600 - rest.count)..<600))
        let all = taken + rest
        #expect(all == all.sorted() && Set(all).count == all.count)
        #expect(all.count + dropped == 600)
    }

    @Test func takenRecordsOfADroppedSegmentAreNamed() throws {
        let folder = try TemporaryFolder()
        var queue = Self.queue(folder, { $0.maxBytes = 8 * 10 * Self.size })
        _ = try queue.open()
        try Self.append(0..<80, to: &queue)
        let taken = (0..<3).compactMap { _ in queue.take(wall: 0)?.number }
        let sending = try queue.append(QueueBlocks.block(80), isTaken: true)
        let losses = queue.takeLosses()
        #expect(losses.expelled == taken && losses.full.blocks == 7)
        queue.acknowledge(taken[0])
        queue.acknowledge(try #require(sending))
        let rest = Self.drain(&queue)
        #expect(rest == Array(10..<80))
        #expect(queue.fileBytes == 0)
    }

    @Test func oldSamplesAreDropped() throws {
        let folder = try TemporaryFolder()
        var queue = Self.queue(
            folder,
            { $0.maxBytes = 8 * 10 * Self.size },
            ageLimit: .seconds(30),
        )
        _ = try queue.open()
        try Self.append(0..<40, to: &queue)
        let first = queue.take(wall: 45_000)
        #expect(first?.newest == 15_000)
        #expect(queue.takeLosses().tooOld.blocks == 15)
        queue.acknowledge(first?.number ?? 0)
        queue.expire(wall: 1_000_000)
        #expect(queue.takeLosses().tooOld.blocks == 24)
        #expect(queue.fileBytes == 0)
    }

    @Test func twoProcessesDontShareAFolder() throws {
        let folder = try TemporaryFolder()
        var queue = Self.queue(folder)
        _ = try queue.open()
        var other = Self.queue(folder)
        #expect(throws: QueueFileError.self) { try other.open() }
    }

    @Test func aFolderThatIsNoneIsAnError() throws {
        let folder = try TemporaryFolder()
        try folder.write("q", [1])
        var queue = Self.queue(folder)
        do {
            _ = try queue.open()
            Issue.record("expected an error")
        } catch {
            #expect("\(error)".contains("/q/lock: open failed: not a directory"))
        }
    }

    @Test func aVanishedFolderIsMadeAnew() throws {
        let folder = try TemporaryFolder()
        var queue = Self.queue(folder)
        _ = try queue.open()
        try Self.append(0..<5, to: &queue)
        let taken = queue.take(wall: 0)?.number
        folder.remove("q")
        #expect(throws: QueueFileError.self) { try queue.append(QueueBlocks.block(5)) }
        let losses = queue.takeLosses()
        #expect(losses.damaged.blocks == 4)
        #expect(losses.orphaned == [taken].compactMap { $0 })
        try Self.append(5..<9, to: &queue)
        let rest = Self.drain(&queue)
        #expect(rest == Array(5..<9))
    }

    @Test func aSegmentThatIsGoneIsCounted() throws {
        let folder = try TemporaryFolder()
        var queue = Self.queue(folder, { $0.maxBytes = 8 * 10 * Self.size })
        _ = try queue.open()
        try Self.append(0..<30, to: &queue)
        folder.remove("q/0000000000000002.blocks")
        let rest = Self.drain(&queue)
        #expect(rest == Array(0..<10) + Array(20..<30))
        let losses = queue.takeLosses()
        #expect(losses.damaged.blocks == 10 && losses.damaged.counts.samples == 30)
    }

    /// A stray file under the name of the next segment costs one try.
    @Test func aStrayFileIsLeftAlone() throws {
        let folder = try TemporaryFolder()
        var queue = Self.queue(folder)
        _ = try queue.open()
        try folder.write("q/0000000000000001.blocks", [7])
        #expect(throws: QueueFileError.self) { try queue.append(QueueBlocks.block(0)) }
        try Self.append(0..<3, to: &queue)
        let rest = Self.drain(&queue)
        #expect(rest == [0, 1, 2])
        #expect(try folder.read("q/0000000000000001.blocks") == [7])
    }

    /// A limit of the process stands for a disk that is full: nothing half-written stays.
    @Test func aFailedWriteLeavesNothing() throws {
        let folder = try TemporaryFolder()
        var queue = Self.queue(folder)
        _ = try queue.open()
        try Self.append(0..<3, to: &queue)
        var limit = rlimit(rlim_cur: rlim_t(3 * Self.size + 50), rlim_max: rlim_t.max)
        signal(SIGXFSZ, SIG_IGN)
        unsafe setrlimit(__rlimit_resource_t(1), &limit)
        let failed: QueueFileError?
        do {
            _ = try queue.append(QueueBlocks.block(3))
            failed = nil
        } catch {
            failed = error
        }
        limit.rlim_cur = rlim_t.max
        unsafe setrlimit(__rlimit_resource_t(1), &limit)
        #expect(failed != nil)
        try Self.append(3..<6, to: &queue)
        let rest = Self.drain(&queue)
        #expect(rest == Array(0..<6))
        #expect(queue.takeLosses() == DiskQueue.Losses())
    }
}
