import RandomTesting
import Testing

@testable import Pipeline

@Suite struct BlockQueueTests {
    /// Blocks of random targets, finished and put back in random order: those that share a target
    /// finish in order, nothing is lost, and no request waits that might have been under way.
    @Test(arguments: 0..<40)
    func whatSharesATargetIsInOrder(seed: Int) {
        var random = SplitMix(seed: UInt64(seed))
        let limit = Int.random(in: 1...8, using: &random)
        let spread = Int.random(in: 1...63, using: &random)
        var queue = BlockQueue()
        var pushed: UInt64 = 0
        var masks: [UInt64: UInt64] = [:]
        var underWay: [BlockQueue.Entry] = []
        var finished: [UInt64] = []
        var isDone: Set<UInt64> = []
        while finished.count < 150 {
            if pushed < 150, Bool.random(using: &random) {
                let mask = (0..<3).reduce(UInt64(0)) { mask, _ in
                    mask | 1 << UInt64.random(in: 0...UInt64(spread), using: &random)
                }
                masks[pushed] = mask
                queue.push(QueueBlocks.block(pushed, targets: mask))
                pushed += 1
            }
            while let entry = queue.start(limit: limit) { underWay.append(entry) }
            #expect(underWay.count <= limit)
            // Nobody who might run waits.
            if underWay.count < limit {
                let waiting = (0..<pushed).filter { !isDone.contains($0) }
                var busy: UInt64 = 0
                let idle = waiting.filter { number in
                    let mask = masks[number] ?? 0
                    defer { busy |= mask }
                    return mask & busy == 0 && !underWay.contains { $0.block.number == number }
                }
                #expect(idle.isEmpty)
            }
            guard !underWay.isEmpty else { continue }
            let entry = underWay.remove(at: Int.random(in: 0..<underWay.count, using: &random))
            if Int.random(in: 0..<4, using: &random) == 0 {
                queue.putBack(entry.ticket)
            } else {
                queue.finish(entry.ticket)
                finished.append(entry.block.number)
                isDone.insert(entry.block.number)
            }
        }
        #expect(isDone.count == 150)
        for (place, number) in finished.enumerated() {
            let mask = masks[number, default: 0]
            let overtaken = finished[place...].filter {
                $0 < number && masks[$0, default: 0] & mask != 0
            }
            #expect(overtaken.isEmpty)
        }
        let rest = (queue.count, queue.tally, queue.sending)
        #expect(rest == (0, QueueTally(), 0))
    }

    @Test func asManyRunAsMay() {
        var queue = BlockQueue()
        for number in 0..<40 {
            queue.push(QueueBlocks.block(UInt64(number), targets: 1 << UInt64(number)))
        }
        var started = 0
        while queue.start(limit: 17) != nil { started += 1 }
        #expect(started == 17)
    }

    @Test func theOldestGoesButNotTheOneUnderWay() {
        var queue = BlockQueue()
        for number: UInt64 in 0..<4 { queue.push(QueueBlocks.block(number)) }
        let first = queue.start(limit: 1)
        #expect(first?.block.number == 0)
        let gone = [queue.removeOldest(), queue.removeOldest()].map { $0?.block.number }
        #expect(gone == [1, 2])
        queue.finish(first?.ticket ?? 9)
        let next = queue.start(limit: 1)?.block.number
        #expect(next == 3)
    }

    @Test func whatIsOnDiskIsNotSpilledAgain() {
        var queue = BlockQueue()
        queue.push(QueueBlocks.block(0), record: 70, since: 5)
        for number: UInt64 in 1..<4 {
            queue.push(QueueBlocks.block(number, targets: 2), since: Int64(number))
        }
        let ones = [queue.start(limit: 2), queue.start(limit: 2)].map { $0?.block.number }
        #expect(ones == [0, 1])
        let oldest = queue.oldestUnsaved
        #expect(oldest == 1)
        let spilled = queue.spill()
        #expect(spilled.map(\.block.number) == [1, 2, 3])
        #expect(spilled.map(\.isSending) == [true, false, false])
        var state = (queue.count, queue.unsaved.blocks)
        #expect(state == (2, 1))
        let isThere = queue.noteSaved(spilled[0].ticket, as: 71)
        let isElsewhere = queue.noteSaved(spilled[1].ticket, as: 72)
        #expect(isThere && !isElsewhere)
        state = (queue.count, queue.unsaved.blocks)
        #expect(state == (2, 0))
        let record = queue.finish(spilled[0].ticket)?.record
        #expect(record == 71)
    }

    @Test func aLongQueueStaysRight() {
        var queue = BlockQueue()
        var next: UInt64 = 0
        for number: UInt64 in 0..<1000 {
            queue.push(QueueBlocks.block(number))
            if number % 3 == 2, let entry = queue.start(limit: 4) {
                #expect(entry.block.number == next)
                queue.finish(entry.ticket)
                next += 1
            }
        }
        let count = queue.count
        #expect(count == 1000 - Int(next))
    }
}
