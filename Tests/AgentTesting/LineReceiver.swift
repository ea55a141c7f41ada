import Bytes
package import Pipeline
import Synchronization

/// The other end of a `LineSink`: keeps lines, and misbehaves as told.
package final class LineReceiver: HTTPExchange {
    /// What becomes of a request.
    package enum Answer: Sendable {
        /// Its lines are kept.
        case accept
        /// Its lines are kept, but the answer never comes.
        case acceptAndHang
        /// Nothing is kept; no answer comes.
        case hang
        /// Nothing is kept; the connection breaks.
        case cut
        /// Nothing is kept.
        case status(Int, headers: [HTTPHeader] = [])
        /// Lines that hold one of the texts are sent back or refused; the others are kept.
        case partial(retry: String, refuse: String)
    }

    private struct State {
        var lines: [String] = []
        var requests: [[String]] = []
        var behaviour: @Sendable (Int, [String]) -> Answer
    }

    private let state: Mutex<State>

    /// Takes everything, or what `behaviour` says for a request's number, from 0, and lines.
    package init(_ behaviour: @escaping @Sendable (Int, [String]) -> Answer = { _, _ in .accept }) {
        self.state = Mutex(State(behaviour: behaviour))
    }

    /// The lines kept, in the order of their arrival.
    package var lines: [String] { self.state.withLock { $0.lines } }

    /// The lines of every request, kept or not.
    package var requests: [[String]] { self.state.withLock { $0.requests } }

    /// Behaves otherwise from now on.
    package func behave(_ behaviour: @escaping @Sendable (Int, [String]) -> Answer) {
        self.state.withLock { $0.behaviour = behaviour }
    }

    package func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
        let text = request.body?.bytes.text ?? ""
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .map(String.init)
        let answer = self.state.withLock { state in
            defer { state.requests.append(lines) }
            return state.behaviour(state.requests.count, lines)
        }
        switch answer {
        case .accept:
            self.keep(lines)
            return Self.response(200, "")
        case .acceptAndHang:
            self.keep(lines)
            return try await Self.hang()
        case .hang:
            return try await Self.hang()
        case .cut:
            throw HTTPFailure(.cut, "the connection broke")
        case .status(let status, let headers):
            return HTTPResponse(status: status, headers: headers, body: Payload("no"))
        case .partial(let retry, let refuse):
            var verdicts: [String] = []
            for (index, line) in lines.enumerated() {
                if line.contains(retry) {
                    verdicts.append("\(index)r")
                } else if line.contains(refuse) {
                    verdicts.append("\(index)x")
                } else {
                    self.keep([line])
                }
            }
            return Self.response(207, verdicts.joined(separator: " "))
        }
    }

    private func keep(_ lines: [String]) {
        self.state.withLock { $0.lines += lines }
    }

    private static func response(_ status: Int, _ text: String) -> HTTPResponse {
        HTTPResponse(status: status, headers: [], body: Payload(text))
    }

    private static func hang() async throws(HTTPFailure) -> HTTPResponse {
        try? await ContinuousClock().sleep(for: .seconds(600))
        throw HTTPFailure(.cancelled, "cancelled")
    }
}
