import Pipeline
import Synchronization

/// A request and the way back to its connection.
struct HTTPCall: Sendable {
    let request: HTTPIncoming
    let answer: @Sendable (HTTPAnswer) -> Void
    /// Sends a piece of an answer's body; false when the client has gone.
    let write: @Sendable (Payload) async -> Bool
    /// Ends an answer that was sent in pieces.
    let end: @Sendable () -> Void
}

/// Requests on their way from the event loop to the task that answers them.
///
/// Bounded by `HTTPServer.Limits.requestsInFlight`, which is checked before. Unlike a stream it
/// hands out what it holds even when the reading task has been cancelled, so that none is lost.
final class HTTPCallQueue: Sendable {
    private struct State {
        var waiting: [HTTPCall] = []
        var reader: CheckedContinuation<HTTPCall?, Never>?
        var ended = false
    }

    private let state = Mutex(State())

    /// Hands a request over.
    func add(_ call: HTTPCall) {
        let reader = self.state.withLock { state in
            let reader = state.reader.take()
            if reader == nil { state.waiting.append(call) }
            return reader
        }
        reader?.resume(returning: call)
    }

    /// The next request; nil after `end`.
    ///
    /// One task at a time may wait.
    func next() async -> HTTPCall? {
        await withCheckedContinuation { continuation in
            let ready: HTTPCall?? = self.state.withLock { state in
                if !state.waiting.isEmpty { return .some(state.waiting.removeFirst()) }
                if state.ended { return .some(nil) }
                precondition(state.reader == nil, "a server runs once")
                state.reader = continuation
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }

    /// Ends the queue after what it holds.
    func end() {
        let reader = self.state.withLock { state in
            state.ended = true
            return state.reader.take()
        }
        reader?.resume(returning: nil)
    }
}
