import Bytes
package import Pipeline
import Synchronization

/// Answers requests from a script and keeps what was sent.
package final class RecordingExchange: HTTPExchange {
    /// One answer.
    package enum Answer: Sendable {
        case response(status: Int, headers: [HTTPHeader] = [], body: String = "")
        case failure(HTTPFailure)
        /// Waits until the task is cancelled.
        case silence
    }

    /// What was sent.
    package struct Sent: Sendable {
        /// The request without its body.
        package let request: HTTPRequest
        /// A copy of the body.
        package let body: [UInt8]
    }

    private struct State {
        var answers: [Answer]
        var sent: [Sent] = []
    }

    private let state: Mutex<State>
    private let fallback: @Sendable (HTTPRequest) -> Answer

    /// Gives `answers` in order, then `fallback`'s.
    package init(
        _ answers: [Answer] = [],
        then fallback: @escaping @Sendable (HTTPRequest) -> Answer = { _ in .response(status: 204)
        },
    ) {
        self.state = Mutex(State(answers: answers))
        self.fallback = fallback
    }

    /// What was sent so far, in order.
    package var sent: [Sent] { self.state.withLock(\.sent) }

    package func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
        let body = request.body?.bytes.array ?? []
        let answer = self.state.withLock { state -> Answer? in
            state.sent.append(Sent(request: request, body: body))
            return state.answers.isEmpty ? nil : state.answers.removeFirst()
        }
        switch answer ?? self.fallback(request) {
        case .response(let status, let headers, let text):
            let payload = request.reusing ?? Payload(capacity: text.utf8.count)
            payload.bytes.removeAll()
            payload.bytes.append(text)
            return HTTPResponse(status: status, headers: headers, body: payload)
        case .failure(let failure):
            throw failure
        case .silence:
            while !Task.isCancelled { await ManualClock.letOthersRun() }
            throw HTTPFailure(.cancelled, "the task was cancelled")
        }
    }

    /// Waits, in real time, until `count` requests were sent; false when that takes too long.
    package func waitForRequests(_ count: Int) async -> Bool {
        await ManualClock.eventually { self.sent.count >= count }
    }
}
