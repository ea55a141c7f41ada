import Synchronization

/// Wakes one task that has nothing to do; signals that come while it works are not lost.
package final class Wakeup: Sendable {
    private struct State {
        var isSignalled = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// Makes one that is not signalled.
    package init() {}

    /// Wakes the waiting task, or the next one that waits.
    package func signal() {
        let waiter = self.state.withLock { state in
            state.isSignalled = state.waiter == nil
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Returns once signalled, or when the task is cancelled.
    package func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = self.state.withLock { state in
                    if state.isSignalled {
                        state.isSignalled = false
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            self.signal()
        }
    }

    /// Returns once signalled, after `duration`, or when the task is cancelled.
    package func wait(for duration: Duration, on clock: any AgentClock) async {
        if duration <= .zero { return }
        await withTaskGroup { group in
            group.addTask { await self.wait() }
            group.addTask { try? await clock.sleep(for: duration) }
            await group.next()
            group.cancelAll()
        }
    }
}
