import Synchronization

/// Wakes one task that waits; a ring that nobody waits for is kept for the next one, once.
package final class Doorbell: Sendable {
    private enum State {
        case quiet
        case rung
        /// The time of a wait that has not begun is over.
        case expired
        case waiting(CheckedContinuation<Void, Never>)
    }

    private let state = Mutex(State.quiet)

    /// A bell that has not rung.
    package init() {}

    /// Wakes the task that waits, or the next that comes.
    package func ring() {
        let waiter = self.state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard case .waiting(let waiter) = state else {
                state = .rung
                return nil
            }
            state = .quiet
            return waiter
        }
        waiter?.resume()
    }

    /// Returns when it rings or rang, or when the task is cancelled; one task at a time.
    nonisolated(nonsending) package func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = self.state.withLock { state -> Bool in
                    switch state {
                    case .rung, .expired:
                        state = .quiet
                        return true
                    case .quiet, .waiting:
                        state = .waiting(continuation)
                        return false
                    }
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            self.ring()
        }
    }

    /// Returns when it rings or rang, after `duration`, or when the task is cancelled.
    ///
    /// The caller waits for the bell itself and only the time is waited for by another task: rings
    /// come often, and each would wake a thread more.
    nonisolated(nonsending) package func wait(
        for duration: Duration,
        on clock: any AgentClock,
    ) async {
        if duration <= .zero { return }
        await withTaskGroup { group in
            group.addTask {
                do { try await clock.sleep(for: duration) } catch { return }
                self.expire()
            }
            await self.wait()
            group.cancelAll()
        }
        // Both may have come at once; the next wait has a time of its own.
        self.state.withLock { if case .expired = $0 { $0 = .quiet } }
    }

    /// Ends the wait under way, or the one about to begin.
    private func expire() {
        let waiter = self.state.withLock { state -> CheckedContinuation<Void, Never>? in
            switch state {
            case .waiting(let waiter):
                state = .quiet
                return waiter
            case .quiet, .expired:
                state = .expired
                return nil
            case .rung:
                return nil
            }
        }
        waiter?.resume()
    }
}
