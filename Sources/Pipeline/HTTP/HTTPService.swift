/// What the agent answers on its own port.
package protocol HTTPService: Sendable {
    /// Answers one request; the driver owns socket, limits and time-outs.
    func respond(to request: HTTPIncoming) async -> HTTPAnswer
}

/// One incoming request, whole.
package struct HTTPIncoming: Sendable {
    /// The method as sent.
    package let method: String
    /// The path before `?`, percent-decoded.
    package let path: String
    /// The query's pairs in order, percent-decoded.
    package let query: [(name: String, value: String)]
    /// The header fields in order.
    package let headers: [HTTPHeader]
    /// The body, inflated if it came with a content encoding.
    package let body: Payload
    /// The peer's address and port.
    package let peer: String

    /// Describes a request.
    package init(
        method: String,
        path: String,
        query: [(name: String, value: String)] = [],
        headers: [HTTPHeader] = [],
        body: Payload = Payload(capacity: 16),
        peer: String = "",
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.peer = peer
    }

    /// The first value of the field `name`, without regard to case.
    package func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return self.headers.first { $0.name.lowercased() == wanted }?.value
    }
}

/// The answer to an incoming request.
package struct HTTPAnswer: Sendable {
    /// The status code.
    package let status: Int
    /// Header fields besides `Content-Length`, `Connection` and `Date`, which the driver writes.
    package let headers: [HTTPHeader]
    /// The body.
    package let body: Payload
    /// What makes the body while it is sent, instead of `body`; nil for none.
    package let stream: (any HTTPBodyStream)?

    /// Describes an answer.
    package init(status: Int, headers: [HTTPHeader] = [], body: Payload) {
        self.status = status
        self.headers = headers
        self.body = body
        self.stream = nil
    }

    /// Describes an answer whose body is made while it is sent.
    package init(status: Int, headers: [HTTPHeader] = [], stream: any HTTPBodyStream) {
        self.status = status
        self.headers = headers
        self.body = Payload(capacity: 16)
        self.stream = stream
    }

    /// A short answer in plain text.
    package static func text(_ status: Int, _ text: String) -> HTTPAnswer {
        HTTPAnswer(
            status: status,
            headers: [HTTPHeader("Content-Type", "text/plain; charset=utf-8")],
            body: Payload(text),
        )
    }
}
