import Pipeline
import Testing

@Suite struct DoorbellTests {
    @Test(.timeLimit(.minutes(1)))
    func aRingIsKeptOnce() async {
        let bell = Doorbell()
        bell.ring()
        bell.ring()
        await bell.wait()
        // The second ring fell together with the first: the next wait needs another.
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await bell.wait() }
            await Task.yield()
            bell.ring()
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func aCancelledTaskDoesNotWait() async {
        let bell = Doorbell()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await bell.wait() }
            group.cancelAll()
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func aWaitEndsWithItsTimeOrWithARing() async {
        let bell = Doorbell()
        for _ in 0..<100 { await bell.wait(for: .nanoseconds(1), on: SystemClock()) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await bell.wait(for: .seconds(3600), on: SystemClock()) }
            bell.ring()
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await bell.wait(for: .seconds(3600), on: SystemClock()) }
            await Task.yield()
            group.cancelAll()
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func theTimeOfOneWaitDoesNotEndTheNext() async throws {
        let bell = Doorbell()
        for _ in 0..<100 {
            bell.ring()
            await bell.wait(for: .microseconds(1), on: SystemClock())
        }
        // Nothing is left of a hundred times that came beside rings.
        let start = ContinuousClock.now
        await bell.wait(for: .milliseconds(20), on: SystemClock())
        #expect(ContinuousClock.now - start >= .milliseconds(20))
    }
}
