import Pipeline
import Testing

@Suite(.timeLimit(.minutes(1))) struct TimerQueueTests {
    private static var now: Int64 { SystemClock().monotonicNanoseconds }

    @Test func `sleepers wake in the order of their times, and none before`() async {
        let timers = TimerQueue()
        let begin = Self.now
        let woken = await withTaskGroup { group in
            for place in [3, 1, 4, 0, 2] {
                group.addTask {
                    let deadline = begin + Int64(place) * 30_000_000
                    #expect(await timers.sleep(until: deadline) == true)
                    #expect(Self.now >= deadline)
                    return place
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(woken == [0, 1, 2, 3, 4])
        #expect(timers.count == 0)
    }

    @Test func `one that is due before the one waited for is not kept waiting`() async {
        let timers = TimerQueue()
        let long = Task { await timers.sleep(until: Self.now + 3_600_000_000_000) }
        while timers.count == 0 { await Task.yield() }
        #expect(await timers.sleep(until: Self.now + 1_000_000) == true)
        long.cancel()
        #expect(await long.value == false)
    }

    @Test func `a cancelled task sleeps no longer`() async {
        let timers = TimerQueue()
        let task = Task { await timers.sleep(until: .max) }
        task.cancel()
        #expect(await task.value == false)
        let late = Task {
            while !Task.isCancelled { await Task.yield() }
            return await timers.sleep(until: .max)
        }
        late.cancel()
        #expect(await late.value == false)
    }

    @Test func `what was cancelled is thrown away`() async {
        let timers = TimerQueue()
        for _ in 0..<10_000 {
            let task = Task { await timers.sleep(until: .max) }
            task.cancel()
            _ = await task.value
        }
        #expect(timers.count < 200)
    }

    @Test func `sleeps that are cancelled as they end come to one end each`() async {
        let timers = TimerQueue()
        let counts = await withTaskGroup { group in
            for seed in 0..<8 {
                group.addTask { await self.race(timers, UInt64(seed)) }
            }
            return await group.reduce(into: (complete: 0, cancelled: 0)) { sum, one in
                sum.complete += one.complete
                sum.cancelled += one.cancelled
            }
        }
        #expect(counts.complete + counts.cancelled == 8 * 2 * 500)
        #expect(counts.complete > 0 && counts.cancelled > 0)
    }

    /// Has two tasks sleep for about as long, and cancels the second one to end.
    private func race(
        _ timers: TimerQueue,
        _ seed: UInt64,
    ) async -> (complete: Int, cancelled: Int) {
        var state = seed &+ 1
        func microseconds() -> Int64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int64((state >> 33) % 300)
        }
        var result = (complete: 0, cancelled: 0)
        for _ in 0..<500 {
            let now = Self.now
            let deadlines = (0..<2).map { _ in now + microseconds() * 1000 }
            await withTaskGroup { group in
                for deadline in deadlines {
                    group.addTask { await timers.sleep(until: deadline) }
                }
                while let isComplete = await group.next() {
                    if isComplete == true { result.complete += 1 } else { result.cancelled += 1 }
                    group.cancelAll()
                }
            }
        }
        return result
    }

    @Test func `the system's clock sleeps no shorter than asked, and ends when cancelled`() async {
        let clock = SystemClock()
        let begin = clock.monotonicNanoseconds
        await #expect(throws: Never.self) { try await clock.sleep(for: .milliseconds(20)) }
        #expect(clock.monotonicNanoseconds - begin >= 20_000_000)
        let task = Task { try await clock.sleep(for: .seconds(Int64.max)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
