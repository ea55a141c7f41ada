import Host
import Synchronization

/// Wakes tasks when their time has come, on a thread of its own.
///
/// Swift's own sleeping makes a timer source of libdispatch for each sleep, which is kept until its
/// time has come though the task was cancelled long before. Pumps wait for a bell or a while many
/// times a second. And the one crash that was ever seen was libdispatch disposing of an object that
/// had been freed, of which only these sources come and go.
///
/// The thread starts with the first sleep and ends when the queue is released. It holds at most two
/// timers for each task that sleeps, and `spare` more.
package final class TimerQueue: Sendable {
    /// How many timers nobody waits for any more are left in the queue at least.
    private static let spare = 64
    /// How long the thread waits at most, in nanoseconds.
    private static let longestWait: Int64 = 3_600_000_000_000

    /// One sleep: it is ended by its time or by cancellation, whichever comes first.
    private final class Sleep: Sendable {
        private enum State {
            case begun
            case waiting(CheckedContinuation<Bool, Never>)
            case over(isComplete: Bool)
        }

        private let state = Mutex(State.begun)

        /// Whether nobody waits for it any more.
        var isOver: Bool {
            self.state.withLock { if case .over = $0 { true } else { false } }
        }

        /// Ends it; returns false if it was over already.
        func end(isComplete: Bool) -> Bool {
            let (isFirst, waiter) = self.state.withLock {
                state -> (Bool, CheckedContinuation<Bool, Never>?) in
                defer { if case .over = state {} else { state = .over(isComplete: isComplete) } }
                switch state {
                case .begun: return (true, nil)
                case .waiting(let waiter): return (true, waiter)
                case .over: return (false, nil)
                }
            }
            waiter?.resume(returning: isComplete)
            return isFirst
        }

        /// Returns when it is over: whether its time had come.
        func wait() async -> Bool {
            await withCheckedContinuation { continuation in
                let outcome = self.state.withLock { state -> Bool? in
                    if case .over(let isComplete) = state { return isComplete }
                    state = .waiting(continuation)
                    return nil
                }
                if let outcome { continuation.resume(returning: outcome) }
            }
        }
    }

    private struct Timer {
        /// In monotonic nanoseconds.
        let deadline: Int64
        let sleep: Sleep
    }

    private struct State {
        /// Those due last come first, so that the next one is at the end.
        var timers: [Timer] = []
        /// How many of them nobody waits for.
        var left = 0
        /// When the thread wakes by itself.
        var wakesAt = Int64.max
        var isRunning = false
        var isStopping = false
    }

    private let state = Monitor(State())

    /// A queue without a thread.
    package init() {}

    deinit { self.state.update { $0.isStopping = true } }

    /// How many timers there are, also such that nobody waits for any more.
    package var count: Int { self.state.withLock(\.timers.count) }

    /// Returns at `deadline`, in monotonic nanoseconds, or at once when the task is cancelled.
    ///
    /// - Returns: Whether the time has come; nil if no thread can be started.
    package func sleep(until deadline: Int64) async -> Bool? {
        guard self.start() else { return nil }
        let sleep = Sleep()
        return await withTaskCancellationHandler {
            self.add(Timer(deadline: deadline, sleep: sleep))
            return await sleep.wait()
        } onCancel: {
            if sleep.end(isComplete: false) { self.leave() }
        }
    }

    private func add(_ timer: Timer) {
        let isNext = self.state.withLock { state in
            let place = state.timers.partitioningIndex { $0.deadline <= timer.deadline }
            state.timers.insert(timer, at: place)
            return timer.deadline < state.wakesAt
        }
        if isNext { self.state.update { _ in } }
    }

    /// Counts a timer that nobody waits for any more; too many of them are thrown away.
    private func leave() {
        self.state.withLock { state in
            state.left += 1
            if state.left <= max(Self.spare, state.timers.count / 2) { return }
            state.timers.removeAll { $0.sleep.isOver }
            state.left = 0
        }
    }

    /// Starts the thread unless it runs.
    private func start() -> Bool {
        let isRunning = self.state.withLock { state in
            defer { state.isRunning = true }
            return state.isRunning
        }
        if isRunning { return true }
        let state = self.state
        do throws(HostError) {
            try AgentThread.start("timers") { Self.run(state) }
            return true
        } catch {
            self.state.withLock { $0.isRunning = false }
            return false
        }
    }

    private static func run(_ state: Monitor<State>) {
        var due: [Sleep] = []
        while true {
            let now = SystemClock.monotonicNanoseconds
            let wakesAt: Int64? = state.withLock { state in
                if state.isStopping { return nil }
                while let timer = state.timers.last, timer.deadline <= now {
                    due.append(timer.sleep)
                    state.timers.removeLast()
                }
                // Whoever comes while these are woken is seen before the thread waits.
                state.wakesAt = due.isEmpty ? state.timers.last?.deadline ?? .max : .min
                return state.wakesAt
            }
            guard let wakesAt else { return }
            if !due.isEmpty {
                var left = 0
                for sleep in due where !sleep.end(isComplete: true) { left += 1 }
                due.removeAll(keepingCapacity: true)
                state.withLock { $0.left = max(0, $0.left - left) }
                continue
            }
            _ = state.wait(until: min(wakesAt, now + Self.longestWait)) { state -> Void? in
                let next = state.timers.last?.deadline ?? .max
                return state.isStopping || next < wakesAt ? () : nil
            }
        }
    }
}

extension Array {
    /// The first place whose element, and with it all behind, belongs to the second part.
    fileprivate func partitioningIndex(where belongsToSecond: (Element) -> Bool) -> Int {
        var low = 0
        var high = self.count
        while low < high {
            let middle = (low + high) / 2
            if belongsToSecond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
