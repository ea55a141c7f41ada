import Glibc
package import Pipeline
import Synchronization

/// Asks name servers over UDP and TCP, each query on a short-lived thread of its own.
///
/// Queries are few (one for each name and refresh), so a blocking socket on a thread is the least
/// that can go wrong; no more than `limit` threads live at a time, later queries wait for a place.
package final class SocketNameExchange: NameExchange {
    /// The most queries under way at a time.
    package static let limit = 8
    /// Stack of a query's thread, in bytes.
    private static let stackSize = 256 << 10

    private struct State {
        var running = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// Nothing is opened yet.
    package init() {}

    package func send(
        _ query: [UInt8],
        to server: NameServer,
        over way: NameTransport,
        timeout: Duration,
    ) async throws(NameFailure) -> [UInt8] {
        await self.enter()
        let outcome = Outcome()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                outcome.wait(continuation)
                let ask: @Sendable () -> Void = {
                    outcome.settle(NameSocket.ask(query, server, way, timeout))
                    self.leave()
                }
                do {
                    try AgentThread.start("dns", stackSize: Self.stackSize, ask)
                } catch {
                    outcome.settle(.failure(NameFailure("\(error)")))
                    self.leave()
                }
            }
        } onCancel: {
            outcome.settle(.failure(NameFailure("the task was cancelled")))
        }
        return try outcome.result.get()
    }

    /// Waits for a place; places come free within a query's time-out, cancelled or not.
    private func enter() async {
        await withCheckedContinuation { continuation in
            let isFree = self.state.withLock { state in
                if state.running < Self.limit {
                    state.running += 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    private func leave() {
        let next = self.state.withLock { state -> CheckedContinuation<Void, Never>? in
            if state.waiting.isEmpty {
                state.running -= 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}

/// What became of one query: the first word counts, whether it comes from its thread or from a
/// cancelled task.
private final class Outcome: Sendable {
    private struct State {
        var result: Result<[UInt8], NameFailure>?
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    var result: Result<[UInt8], NameFailure> {
        self.state.withLock { $0.result } ?? .failure(NameFailure("no answer"))
    }

    func wait(_ continuation: CheckedContinuation<Void, Never>) {
        let isSettled = self.state.withLock { state in
            if state.result != nil { return true }
            state.waiter = continuation
            return false
        }
        if isSettled { continuation.resume() }
    }

    func settle(_ result: Result<[UInt8], NameFailure>) {
        let waiter = self.state.withLock { state -> CheckedContinuation<Void, Never>? in
            if state.result != nil { return nil }
            state.result = result
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}
