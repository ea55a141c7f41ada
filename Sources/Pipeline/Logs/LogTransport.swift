/// Carries one request's body to a destination and says what came of it.
package protocol LogTransport: Sendable {
    /// Sends a body of `items` items; `attempt` counts from 0.
    ///
    /// Cancelling the task ends it with a retry.
    func send(_ payload: Payload, items: Int, attempt: Int) async -> Outcome
}

/// Sends bodies by HTTP, to one of several equal servers.
package struct HTTPLogTransport: LogTransport {
    private let templates: [HTTPRequest]
    private let sink: any LogSink
    private let exchange: any HTTPExchange
    private let clock: any AgentClock
    private let answer = Payload(capacity: 256)

    /// Takes the requests to complete with a body.
    package init(
        _ templates: [HTTPRequest],
        for sink: any LogSink,
        over exchange: any HTTPExchange,
        clock: any AgentClock,
    ) {
        self.templates = templates
        self.sink = sink
        self.exchange = exchange
        self.clock = clock
    }

    package func send(_ payload: Payload, items: Int, attempt: Int) async -> Outcome {
        var request = self.templates[attempt % self.templates.count]
        request.body = payload
        request.reusing = self.answer
        do throws(HTTPFailure) {
            let response = try await self.exchange.send(request)
            let outcome = self.sink.interpret(response, items: items)
            let now = self.clock.wallNanoseconds / 1_000_000_000
            guard
                case .retry(nil, let reason) = outcome,
                let wait = RetryAfter.wait(response, now: now)
            else { return outcome }
            return .retry(after: wait, reason: reason)
        } catch {
            return .retry(after: nil, reason: error.description)
        }
    }
}
