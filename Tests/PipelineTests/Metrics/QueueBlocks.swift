import Bytes
import RandomTesting

@testable import Pipeline

/// Blocks for tests of the queues, each with a body of its own.
enum QueueBlocks {
    /// A block whose body is made of its number.
    static func block(
        _ number: UInt64,
        targets: UInt64 = 1,
        bytes: Int = 40,
        count: Int = 3,
        newest: Int64? = nil,
    ) -> SampleBlock {
        var random = SplitMix(seed: number)
        let payload = Payload(capacity: bytes)
        for _ in 0..<bytes {
            payload.bytes.append(UInt8.random(in: 0...255, using: &random))
        }
        let time = newest ?? Int64(number) * 1000
        return SampleBlock(
            content: .samples,
            format: number % 2 == 0 ? .remoteWrite1 : .remoteWrite2,
            payload: payload,
            counts: SampleCounts(samples: count, histograms: 1, exemplars: 2),
            oldest: time - 10,
            newest: time,
            targets: targets,
            number: number,
        )
    }

    /// Whether a block is the one of that number, to the last byte.
    static func isSame(_ block: SampleBlock, as number: UInt64, bytes: Int = 40) -> Bool {
        let other = Self.block(number, bytes: bytes)
        return block.payload.bytes.array == other.payload.bytes.array
            && block.format == other.format && block.counts == other.counts
            && block.newest == other.newest && block.oldest == other.oldest
    }
}
