import Host

/// Wakes tasks when their time has come, on a thread of its own.
///
/// Swift's own sleeping makes a timer source of libdispatch for each sleep, which is kept until its
/// time has come though the task was cancelled long before. Pumps wait for a bell or a while many
/// times a second. And the one crash that was ever seen was libdispatch disposing of an object that
/// had been freed, of which only these sources come and go.
///
/// The thread starts with the first sleep and ends when the queue is released. It holds one timer for
/// each task that sleeps.
package final class TimerQueue: Sendable {
    /// How long the thread waits at most, in nanoseconds.
    private static let longestWait: Int64 = 3_600_000_000_000

    private struct Timer {
        /// In monotonic nanoseconds.
        let deadline: Int64
        /// What the task waits for.
        let bell = Doorbell()
    }

    private struct State {
        /// Those due last come first, so that the next one is at the end.
        var timers: [Timer] = []
        /// When the thread wakes by itself.
        var wakesAt = Int64.max
        var isRunning = false
        var isStopping = false

        /// The first place of those that are due no later than `deadline`.
        func place(of deadline: Int64) -> Int {
            self.timers.partitioningIndex { $0.deadline <= deadline }
        }
    }

    private let state = Monitor(State())

    /// A queue without a thread.
    package init() {}

    deinit { self.state.update { $0.isStopping = true } }

    /// How many timers there are.
    package var count: Int { self.state.withLock(\.timers.count) }

    /// Returns at `deadline`, in monotonic nanoseconds, or at once when the task is cancelled.
    ///
    /// - Returns: Whether the time has come; nil if no thread can be started.
    package func sleep(until deadline: Int64) async -> Bool? {
        guard self.start() else { return nil }
        let timer = Timer(deadline: deadline)
        self.add(timer)
        await timer.bell.wait()
        // The thread takes out what is due.
        return !self.remove(timer)
    }

    private func add(_ timer: Timer) {
        let isNext = self.state.withLock { state in
            state.timers.insert(timer, at: state.place(of: timer.deadline))
            return timer.deadline < state.wakesAt
        }
        if isNext { self.state.update { _ in } }
    }

    /// Takes a timer out; false if it is not there any more.
    private func remove(_ timer: Timer) -> Bool {
        self.state.withLock { state in
            let alike = state.timers[state.place(of: timer.deadline)...]
            guard let place = alike.firstIndex(where: { $0.bell === timer.bell }) else {
                return false
            }
            state.timers.remove(at: place)
            return true
        }
    }

    /// Starts the thread unless it runs.
    private func start() -> Bool {
        let state = self.state
        return state.withLock { inside in
            if !inside.isRunning {
                let started: Void? = try? AgentThread.start("timers") { Self.run(state) }
                inside.isRunning = started != nil
            }
            return inside.isRunning
        }
    }

    private static func run(_ state: Monitor<State>) {
        var due: [Doorbell] = []
        while true {
            let now = SystemClock.monotonicNanoseconds
            let wakesAt: Int64? = state.withLock { state in
                if state.isStopping { return nil }
                while let timer = state.timers.last, timer.deadline <= now {
                    due.append(timer.bell)
                    state.timers.removeLast()
                }
                state.wakesAt = state.timers.last?.deadline ?? .max
                return state.wakesAt
            }
            guard let wakesAt else { return }
            for bell in due { bell.ring() }
            due.removeAll(keepingCapacity: true)
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
