import AgentTesting
import Bytes
import Testing

@testable import Pipeline

/// Damage of every kind at every place of a small queue: what is whole is delivered, what is not is
/// counted, and no damaged body ever leaves.
@Suite struct QueueDamageTests {
    private static let segment = "q/0000000000000001.blocks"
    /// Bodies of different lengths, one of them empty and one that looks like records itself.
    private static let lengths = [40, 0, 17, 40]

    private struct Outcome {
        var delivered: [UInt64] = []
        var losses = DiskQueue.Losses()
        var found = QueueTally()
    }

    private static func open(_ folder: TemporaryFolder) throws -> Outcome {
        var queue = DiskQueue(
            folder: folder.path + "/q",
            options: DiskQueueOptions(),
            sampleAgeLimit: .zero,
        )
        var outcome = Outcome()
        outcome.found = try queue.open()
        while let block = queue.take(wall: 0) {
            let number = UInt64(block.newest / 1000)
            #expect(
                QueueBlocks.isSame(block, as: number, bytes: Self.lengths[Int(number)]),
                "a damaged body was delivered",
            )
            outcome.delivered.append(number)
            queue.acknowledge(block.number)
        }
        outcome.losses = queue.takeLosses()
        #expect(
            outcome.found.counts.samples
                == outcome.delivered.count * 3 + outcome.losses.damaged.counts.samples
        )
        return outcome
    }

    /// A queue of four records, and where each of them begins.
    private static func make(_ folder: TemporaryFolder) throws -> (bytes: [UInt8], starts: [Int]) {
        var queue = DiskQueue(
            folder: folder.path + "/q",
            options: DiskQueueOptions(),
            sampleAgeLimit: .zero,
        )
        _ = try queue.open()
        var starts: [Int] = []
        for (number, length) in Self.lengths.enumerated() {
            starts.append(queue.fileBytes)
            _ = try queue.append(QueueBlocks.block(UInt64(number), bytes: length))
        }
        return (try folder.read(Self.segment), starts)
    }

    private static func record(at offset: Int, _ starts: [Int]) -> UInt64 {
        UInt64(starts.lastIndex { $0 <= offset } ?? 0)
    }

    @Test func everyBitTurnedOver() throws {
        let folder = try TemporaryFolder()
        let (bytes, starts) = try Self.make(folder)
        for offset in bytes.indices {
            let hit = Self.record(at: offset, starts)
            let others = [0, 1, 2, 3].filter { $0 != hit }
            for bit in 0..<8 {
                var damaged = bytes
                damaged[offset] ^= 1 << UInt8(bit)
                try folder.write(Self.segment, damaged)
                let outcome = try Self.open(folder)
                #expect(outcome.delivered == others, "byte \(offset), bit \(bit)")
                let size = 64 + Self.lengths[Int(hit)]
                #expect(outcome.losses.damagedBytes == size, "byte \(offset), bit \(bit)")
                // The number of a lost record is missed unless it was the first or the last one.
                let isBody = offset >= starts[Int(hit)] + 64
                let isKnown = isBody || (hit > 0 && hit < 3)
                #expect(outcome.losses.damaged.blocks == (isKnown ? 1 : 0))
            }
        }
    }

    @Test func cutAtEveryByte() throws {
        let folder = try TemporaryFolder()
        let (bytes, starts) = try Self.make(folder)
        for length in bytes.indices {
            try folder.write(Self.segment, Array(bytes.prefix(length)))
            let outcome = try Self.open(folder)
            let whole = (0..<UInt64(4)).filter { number in
                let end = number < 3 ? starts[Int(number) + 1] : bytes.count
                return end <= length
            }
            #expect(outcome.delivered == whole, "cut at \(length)")
            let rest = length - (whole.count > 0 ? starts[whole.count] : 0)
            #expect(outcome.losses.damagedBytes == rest)
            #expect(outcome.losses.damaged.blocks == (rest >= 64 ? 1 : 0))
        }
    }

    /// Bytes that are missing in the middle cost no record but those they belonged to.
    @Test(arguments: [1, 7, 64, 70])
    func bytesTakenOut(_ amount: Int) throws {
        let folder = try TemporaryFolder()
        let (bytes, starts) = try Self.make(folder)
        for offset in 0..<(bytes.count - amount) {
            var damaged = bytes
            damaged.removeSubrange(offset..<offset + amount)
            try folder.write(Self.segment, damaged)
            let first = Self.record(at: offset, starts)
            let last = Self.record(at: offset + amount - 1, starts)
            let outcome = try Self.open(folder)
            let others = [0, 1, 2, 3].filter { $0 < first || $0 > last }
            // What is left may happen to be whole.
            #expect(Set(outcome.delivered).isSuperset(of: others), "\(amount) at \(offset)")
            #expect(outcome.delivered == outcome.delivered.sorted())
        }
    }

    @Test func bytesPutIn() throws {
        let folder = try TemporaryFolder()
        let (bytes, starts) = try Self.make(folder)
        for offset in bytes.indices {
            var damaged = bytes
            damaged.insert(contentsOf: QueueRecord.mark + [0, 0x4d], at: offset)
            try folder.write(Self.segment, damaged)
            let hit = Self.record(at: offset, starts)
            let others = [0, 1, 2, 3].filter { starts.contains(offset) || $0 != hit }
            let outcome = try Self.open(folder)
            #expect(Set(outcome.delivered).isSuperset(of: others), "at \(offset)")
            #expect(outcome.delivered == outcome.delivered.sorted())
            #expect(outcome.losses.damagedBytes > 0)
        }
    }

    @Test func aCursorWithABitTurnedOverSendsAgain() throws {
        let folder = try TemporaryFolder()
        do {
            var queue = DiskQueue(
                folder: folder.path + "/q",
                options: DiskQueueOptions(),
                sampleAgeLimit: .zero,
            )
            _ = try queue.open()
            for (number, length) in Self.lengths.enumerated() {
                _ = try queue.append(QueueBlocks.block(UInt64(number), bytes: length))
            }
            for _ in 0..<2 {
                guard let block = queue.take(wall: 0) else { continue }
                if block.number == 1 { queue.acknowledge(1) }
            }
            try queue.tend(monotonic: 0, all: true)
        }
        let bytes = try folder.read(Self.segment)
        let cursor = try folder.read("q/cursor")
        #expect(try Self.open(folder).delivered == [0, 2, 3])
        for offset in cursor.indices {
            for bit in 0..<8 {
                var damaged = cursor
                damaged[offset] ^= 1 << UInt8(bit)
                try folder.write("q/cursor", damaged)
                try folder.write(Self.segment, bytes)
                let outcome = try Self.open(folder)
                #expect(outcome.delivered == [0, 1, 2, 3])
                #expect(outcome.losses.isCursorDamaged)
            }
        }
        for length in cursor.indices.dropFirst() {
            try folder.write("q/cursor", Array(cursor.prefix(length)))
            try folder.write(Self.segment, bytes)
            #expect(try Self.open(folder).delivered == [0, 1, 2, 3])
        }
    }

    /// What was never a queue is no reason to stop.
    @Test(arguments: [[], [0], Array(repeating: 0x4d, count: 5000), QueueRecord.mark])
    func nonsenseIsCounted(_ bytes: [UInt8]) throws {
        let folder = try TemporaryFolder()
        _ = try Self.make(folder)
        try folder.write(Self.segment, bytes)
        let outcome = try Self.open(folder)
        #expect(outcome.delivered.isEmpty)
        #expect(outcome.losses.damagedBytes == bytes.count)
        #expect(!folder.files().contains(Self.segment))
    }
}
