import Synchronization

/// Lets a limited number of tasks in at a time; the others wait in the order they came.
final class Turnstile: Sendable {
    private struct Waiter {
        let number: UInt64
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var free: Int
        var waiting: [Waiter] = []
        var next: UInt64 = 0
        /// Tasks that were cancelled before they could wait.
        var cancelled: Set<UInt64> = []
    }

    private let state: Mutex<State>

    init(limit: Int) {
        self.state = Mutex(State(free: limit))
    }

    /// Returns when the caller is in, and is to `leave`; false when its task was cancelled first.
    func enter() async -> Bool {
        let number = self.state.withLock { state in
            state.next += 1
            return state.next
        }
        let isIn = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isIn: Bool? = self.state.withLock { state in
                    if state.cancelled.contains(number) { return false }
                    if state.free > 0 {
                        state.free -= 1
                        return true
                    }
                    state.waiting.append(Waiter(number: number, continuation: continuation))
                    return nil
                }
                if let isIn { continuation.resume(returning: isIn) }
            }
        } onCancel: {
            self.cancel(number)
        }
        _ = self.state.withLock { $0.cancelled.remove(number) }
        return isIn
    }

    private func cancel(_ number: UInt64) {
        let waiter = self.state.withLock { state -> Waiter? in
            if let place = state.waiting.firstIndex(where: { $0.number == number }) {
                return state.waiting.remove(at: place)
            }
            state.cancelled.insert(number)
            return nil
        }
        waiter?.continuation.resume(returning: false)
    }

    /// Makes room for the next one.
    func leave() {
        let waiter = self.state.withLock { state -> Waiter? in
            if !state.waiting.isEmpty { return state.waiting.removeFirst() }
            state.free += 1
            return nil
        }
        waiter?.continuation.resume(returning: true)
    }
}
