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
}
