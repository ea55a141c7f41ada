import Bytes
package import Pipeline
import Synchronization

/// A server that answers each request by the next part of a script, and may say something later.
///
/// Pieces are handed over as the transport does it; a request's time is that of the test's clock.
package final class ScriptedServer: HTTPExchange {
    /// What an answer does, one after the other.
    package enum Act: Sendable {
        /// Sends a part of the body.
        case send(String)
        /// Does what is told by `tell`, until that ends the answer or the time is over.
        case listen
        /// Ends without an answer, or breaks the answer off.
        case fail(HTTPFailure.Code)
    }

    /// One answer.
    package struct Answer: Sendable {
        let status: Int
        let headers: [HTTPHeader]
        let acts: [Act]

        /// An answer of several acts; it ends in order behind the last.
        package init(_ status: Int, headers: [HTTPHeader] = [], _ acts: [Act]) {
            self.status = status
            self.headers = headers
            self.acts = acts
        }

        /// An answer of the status 200.
        package init(_ acts: [Act]) { self.init(200, acts) }

        /// An answer with a body.
        package init(_ status: Int, _ body: String, headers: [HTTPHeader] = []) {
            self.init(status, headers: headers, [.send(body)])
        }

        /// No answer.
        package static func failure(_ code: HTTPFailure.Code) -> Answer {
            Answer(0, [.fail(code)])
        }
    }

    private struct State {
        var answers: [Answer]
        var requests: [HTTPRequest] = []
        var told: [Act?] = []
    }

    private let clock: ManualClock
    private let state: Mutex<State>

    /// Gives `answers` in order; a request beyond them hears nothing until its time is over.
    package init(_ clock: ManualClock, _ answers: [Answer] = []) {
        self.clock = clock
        self.state = Mutex(State(answers: answers))
    }

    /// The requests so far.
    package var requests: [HTTPRequest] { self.state.withLock(\.requests) }

    /// Adds to the script.
    package func add(_ answers: Answer...) {
        self.state.withLock { $0.answers += answers }
    }

    /// Tells the answer that listens what to do; nil ends it.
    package func tell(_ act: Act?) { self.state.withLock { $0.told.append(act) } }

    /// Waits, in real time, until `count` requests were sent; false when that takes too long.
    package func waitForRequests(_ count: Int) async -> Bool {
        await ManualClock.eventually { self.requests.count >= count }
    }

    package func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
        let deadline = self.clock.monotonicNanoseconds + request.timeout.nanoseconds
        let answer = self.state.withLock { state in
            state.requests.append(request)
            return state.answers.isEmpty ? nil : state.answers.removeFirst()
        }
        let script = answer ?? Answer(0, [.listen])
        var body = ScriptedBody(request, script.status, script.headers)
        if script.status != 0 { try await body.begin() }
        for act in script.acts {
            switch act {
            case .listen:
                while let act = try await self.nextTold(before: deadline) {
                    if case .send(let text) = act { try await body.send(text) }
                    if case .fail(let code) = act {
                        throw HTTPFailure(code, "as the script has it")
                    }
                }
            case .send(let text):
                try await body.send(text)
            case .fail(let code):
                throw HTTPFailure(code, "as the script has it")
            }
        }
        return body.last
    }

    private func nextTold(before deadline: Int64) async throws(HTTPFailure) -> Act? {
        while true {
            if Task.isCancelled { throw HTTPFailure(.cancelled, "the task was cancelled") }
            let told = self.state.withLock { state -> Act?? in
                state.told.isEmpty ? nil : .some(state.told.removeFirst())
            }
            if let told { return told }
            if self.clock.monotonicNanoseconds >= deadline {
                throw HTTPFailure(.timeout, "no answer in time")
            }
            await ManualClock.letOthersRun()
        }
    }
}

/// A body on its way to whoever takes it.
private struct ScriptedBody {
    private let request: HTTPRequest
    private let status: Int
    private let headers: [HTTPHeader]
    private var rest: [UInt8] = []

    init(_ request: HTTPRequest, _ status: Int, _ headers: [HTTPHeader]) {
        self.request = request
        self.status = status
        self.headers = headers
    }

    private var isEager: Bool {
        self.request.pieces?.isEager == true && self.status / 100 == 2
    }

    mutating func begin() async throws(HTTPFailure) {
        if self.isEager { try await self.handOver(0) }
    }

    mutating func send(_ text: String) async throws(HTTPFailure) {
        self.rest += Array(text.utf8)
        guard let size = self.request.pieces?.size, self.isEager || self.status / 100 == 2 else {
            return
        }
        while self.rest.count > size { try await self.handOver(size) }
        if self.isEager, !self.rest.isEmpty { try await self.handOver(self.rest.count) }
    }

    private mutating func handOver(_ count: Int) async throws(HTTPFailure) {
        let piece = Self.response(self.status, self.headers, self.rest.prefix(count))
        self.rest.removeFirst(count)
        if await self.request.pieces?.take(piece) == false {
            throw HTTPFailure(.cancelled, "whoever takes the answer has had enough")
        }
    }

    var last: HTTPResponse { Self.response(self.status, self.headers, self.rest[...]) }

    private static func response(
        _ status: Int,
        _ headers: [HTTPHeader],
        _ bytes: ArraySlice<UInt8>,
    ) -> HTTPResponse {
        let payload = Payload(capacity: bytes.count)
        for byte in bytes { payload.bytes.append(byte) }
        return HTTPResponse(status: status, headers: headers, body: payload)
    }
}
