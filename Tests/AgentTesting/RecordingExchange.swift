import Bytes
package import Pipeline
import Synchronization

/// Answers requests from a script and keeps what was sent.
package final class RecordingExchange: HTTPExchange {
    /// One answer.
    package enum Answer: Sendable {
        case response(status: Int, headers: [HTTPHeader] = [], body: String = "")
        /// Fails after a body's full pieces have been taken.
        case broken(HTTPFailure, headers: [HTTPHeader] = [], body: String)
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
            return try await self.answer(request, status, headers, text)
        case .broken(let failure, let headers, let text):
            _ = try await self.answer(request, 200, headers, text)
            throw failure
        case .failure(let failure):
            throw failure
        case .silence:
            while !Task.isCancelled { await ManualClock.letOthersRun() }
            throw HTTPFailure(.cancelled, "the task was cancelled")
        }
    }

    /// Hands out what is more than a piece, as the transport does, and returns the rest.
    private func answer(
        _ request: HTTPRequest,
        _ status: Int,
        _ headers: [HTTPHeader],
        _ text: String,
    ) async throws(HTTPFailure) -> HTTPResponse {
        let payload = request.reusing ?? Payload(capacity: text.utf8.count)
        payload.bytes.removeAll()
        var rest = Array(text.utf8)[...]
        let isTooLarge = rest.count > request.responseLimit
        if isTooLarge { rest = rest.prefix(request.responseLimit) }
        if let pieces = request.pieces {
            while rest.count > pieces.size {
                let part = Array(rest.prefix(pieces.size))
                payload.bytes.append(part.span)
                rest = rest.dropFirst(pieces.size)
                let piece = HTTPResponse(status: status, headers: headers, body: payload)
                if !(await pieces.take(piece)) {
                    throw HTTPFailure(.cancelled, "whoever takes the answer has had enough")
                }
                payload.bytes.removeAll()
            }
        }
        if isTooLarge { throw HTTPFailure(.tooLarge, "more than \(request.responseLimit) bytes") }
        let last = Array(rest)
        payload.bytes.append(last.span)
        return HTTPResponse(status: status, headers: headers, body: payload)
    }

    /// Waits, in real time, until `count` requests were sent; false when that takes too long.
    package func waitForRequests(_ count: Int) async -> Bool {
        await ManualClock.eventually { self.sent.count >= count }
    }
}
