import Pipeline
import Synchronization

/// Time that moves only when a test says so.
package final class ManualClock: AgentClock {
    private struct Sleeper {
        let number: Int
        let deadline: Int64
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var wall: Int64
        var monotonic: Int64 = 1_000_000_000
        var nextNumber = 0
        var sleepers: [Sleeper] = []
        var cancelled: Set<Int> = []
    }

    private let state: Mutex<State>

    /// Starts at a moment in nanoseconds since 1970.
    package init(wallNanoseconds: Int64 = 1_700_000_000_000_000_000) {
        self.state = Mutex(State(wall: wallNanoseconds))
    }

    package var wallNanoseconds: Int64 { self.state.withLock(\.wall) }

    package var monotonicNanoseconds: Int64 { self.state.withLock(\.monotonic) }

    /// The number of tasks that sleep.
    package var sleeperCount: Int { self.state.withLock(\.sleepers.count) }

    package func sleep(for duration: Duration) async throws(CancellationError) {
        let number = self.state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        let isComplete = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isCancelled = self.state.withLock { state in
                    if state.cancelled.remove(number) != nil { return true }
                    let deadline = state.monotonic + max(duration.nanoseconds, 0)
                    state.sleepers.append(
                        Sleeper(number: number, deadline: deadline, continuation: continuation)
                    )
                    return false
                }
                if isCancelled { continuation.resume(returning: false) }
            }
        } onCancel: {
            self.cancel(number)
        }
        if !isComplete || Task.isCancelled { throw CancellationError() }
    }

    /// Moves time on and wakes the sleepers whose time has come, one after the other.
    ///
    /// Between two of them the others get time to run, so that a task that sleeps again in between
    /// wakes again within the same call.
    package func advance(by duration: Duration) async {
        let end = self.state.withLock { $0.monotonic + duration.nanoseconds }
        while true {
            let sleeper = self.state.withLock { state -> Sleeper? in
                let due = state.sleepers.indices.filter { state.sleepers[$0].deadline <= end }
                guard
                    let first = due.min(by: { left, right in
                        state.sleepers[left].deadline < state.sleepers[right].deadline
                    })
                else { return nil }
                let sleeper = state.sleepers.remove(at: first)
                let step = max(sleeper.deadline - state.monotonic, 0)
                state.monotonic += step
                state.wall += step
                return sleeper
            }
            guard let sleeper else { break }
            sleeper.continuation.resume(returning: true)
            await Self.letOthersRun()
        }
        self.state.withLock { state in
            state.wall += end - state.monotonic
            state.monotonic = end
        }
        await Self.letOthersRun()
    }

    /// Sets the wall clock, as an administrator or a time service does.
    package func setWall(_ nanoseconds: Int64) {
        self.state.withLock { $0.wall = nanoseconds }
    }

    /// Waits, in real time, until `count` tasks sleep; false when that takes too long.
    package func waitForSleepers(_ count: Int) async -> Bool {
        await Self.eventually { self.sleeperCount >= count }
    }

    /// Waits, in real time, until a condition holds; false when that takes too long.
    package static func eventually(_ condition: @Sendable () -> Bool) async -> Bool {
        for _ in 0..<10_000 {
            if condition() { return true }
            await Self.letOthersRun()
        }
        return condition()
    }

    /// Gives tasks on other threads time to go on.
    package static func letOthersRun() async {
        do {
            try await Task.sleep(for: .milliseconds(1))
        } catch {
            await Task.yield()
        }
    }

    private func cancel(_ number: Int) {
        let sleeper = self.state.withLock { state -> Sleeper? in
            guard let place = state.sleepers.firstIndex(where: { $0.number == number }) else {
                state.cancelled.insert(number)
                return nil
            }
            return state.sleepers.remove(at: place)
        }
        sleeper?.continuation.resume(returning: false)
    }
}
