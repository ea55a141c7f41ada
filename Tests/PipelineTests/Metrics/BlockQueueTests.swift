@testable import Pipeline
import Testing

@Suite struct BlockQueueTests {
    private static func block(
        _ number: UInt64,
        lane: Int = 0,
        bytes: Int = 10,
        count: Int = 1,
    ) -> SampleBlock {
        SampleBlock(
            content: .samples,
            format: .remoteWrite1,
            payload: Payload(String(repeating: "x", count: bytes)),
            counts: SampleCounts(samples: count),
            oldest: 0,
            newest: 0,
            targets: 1 << UInt64(lane),
            number: number,
        )
    }

    @Test func eachLaneIsInOrder() {
        var queue = BlockQueue(lanes: 2, byteLimit: 1000, sampleLimit: 1000)
        for number in 0..<6 {
            let dropped = queue.push(Self.block(UInt64(number), lane: number % 2))
            #expect(dropped.isEmpty)
        }
        var taken: [UInt64] = []
        for lane in [1, 0, 1, 0, 1, 0] {
            let block = queue.take(lane: lane)
            let second = queue.take(lane: lane)
            #expect(second == nil, "one at a time")
            if let block { taken.append(block.number) }
            queue.finish(lane: lane)
        }
        #expect(taken == [1, 0, 3, 2, 5, 4])
        let rest = (queue.count, queue.byteCount, queue.sampleCount)
        #expect(rest == (0, 0, 0))
    }

    @Test func theOldestGoesButNotTheOneUnderWay() {
        var queue = BlockQueue(lanes: 2, byteLimit: 30, sampleLimit: 1000)
        _ = queue.push(Self.block(0, lane: 0))
        _ = queue.push(Self.block(1, lane: 1))
        _ = queue.push(Self.block(2, lane: 0))
        _ = queue.take(lane: 0)
        let first = queue.push(Self.block(3, lane: 1))
        #expect(first.map(\.number) == [1])
        let second = queue.push(Self.block(4, lane: 0, bytes: 20))
        #expect(second.map(\.number) == [2, 3])
        let bytes = queue.byteCount
        #expect(bytes == 30)
    }

    @Test func samplesAreBoundedToo() {
        var queue = BlockQueue(lanes: 1, byteLimit: 1000, sampleLimit: 10)
        _ = queue.push(Self.block(0, count: 6))
        let dropped = queue.push(Self.block(1, count: 6))
        #expect(dropped.map(\.number) == [0])
        // One that could never fit goes itself, and the rest with it.
        let all = queue.push(Self.block(2, count: 11))
        #expect(all.map(\.number) == [1, 2])
        let rest = (queue.count, queue.sampleCount)
        #expect(rest == (0, 0))
    }

    @Test func aLongQueueStaysRight() {
        var queue = BlockQueue(lanes: 1, byteLimit: 1 << 30, sampleLimit: 1 << 30)
        var next: UInt64 = 0
        for number in 0..<1000 {
            _ = queue.push(Self.block(UInt64(number)))
            if number % 3 == 2 {
                let taken = queue.take(lane: 0)?.number
                #expect(taken == next)
                queue.finish(lane: 0)
                next += 1
            }
        }
        let count = queue.count
        #expect(count == 1000 - Int(next))
    }
}
