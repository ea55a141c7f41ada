/// Sends HTTP requests; the transport is injected so that nothing above it opens a socket.
package protocol HTTPExchange: Sendable {
    /// Sends one request and returns the whole answer, whatever its status.
    ///
    /// Cancelling the task aborts the transfer and throws `HTTPFailure.Code.cancelled`.
    func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse
}

/// One header field.
package struct HTTPHeader: Sendable, Hashable {
    /// The field's name; compared without regard to case.
    package let name: String
    /// The field's value.
    package let value: String

    /// Pairs a name with a value.
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// One outgoing request.
package struct HTTPRequest: Sendable {
    /// The methods the agent uses.
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case delete = "DELETE"
    }

    /// The method.
    package var method: Method
    /// The absolute URL.
    package var url: String
    /// Header fields besides those of the connection settings.
    package var headers: [HTTPHeader]
    /// The body, if there is one.
    package var body: Payload?
    /// Where the answer's body goes, emptied first; a fresh payload when nil.
    package var reusing: Payload?
    /// Takes an answer that is larger than one piece while it arrives; the whole in memory when nil.
    package var pieces: HTTPPieces?
    /// The time for the whole exchange, from resolving the name to the last byte.
    package var timeout: Duration
    /// The most bytes of answer, after inflating, before the exchange fails with `tooLarge`.
    package var responseLimit: Int
    /// Asks for a compressed answer and inflates it.
    package var acceptsCompressed: Bool
    /// TLS, proxy and authorization.
    package var connection: HTTPConnectionSettings

    /// Describes a request; see the properties for the defaults' meaning.
    package init(
        _ method: Method,
        _ url: String,
        headers: [HTTPHeader] = [],
        body: Payload? = nil,
        reusing: Payload? = nil,
        pieces: HTTPPieces? = nil,
        timeout: Duration = .seconds(30),
        responseLimit: Int = 4 << 20,
        acceptsCompressed: Bool = false,
        connection: HTTPConnectionSettings = HTTPConnectionSettings(),
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.reusing = reusing
        self.pieces = pieces
        self.timeout = timeout
        self.responseLimit = responseLimit
        self.acceptsCompressed = acceptsCompressed
        self.connection = connection
    }
}

extension HTTPRequest: CustomStringConvertible {
    /// Method and URL, without what may be secret.
    package var description: String { "\(self.method.rawValue) \(ShownURL.of(self.url))" }
}

extension HTTPRequest: CustomReflectable {
    /// Nothing, so that `dump` and the like show the description.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// How a large answer is taken while it arrives, so that memory holds a piece of it at a time.
package struct HTTPPieces: Sendable {
    /// The bytes of a piece, inflated; an answer that has no more is returned as usual.
    package let size: Int
    /// Hands a piece over as soon as something of it is there, for answers that go on for minutes.
    ///
    /// The head of such an answer comes first, as a piece without bytes. What arrives while the taker
    /// is at work is one piece, up to `size`; then the transfer waits. Only answers of the class 2xx
    /// are taken so: of any other `send` returns the whole, which may be as large as one piece.
    package let isEager: Bool
    /// Takes one piece: status, header fields, and the piece as body, which is the taker's until it
    /// returns.
    ///
    /// It runs in the sender's task. The transfer waits until it returns; false aborts it, and `send`
    /// throws `cancelled`. Time-outs go on counting meanwhile. The last piece is not handed here but
    /// is the body of the response that `send` returns.
    package let take: @Sendable (HTTPResponse) async -> Bool

    /// Describes how pieces are taken.
    package init(
        size: Int,
        isEager: Bool = false,
        take: @escaping @Sendable (HTTPResponse) async -> Bool,
    ) {
        self.size = size
        self.isEager = isEager
        self.take = take
    }
}

/// The answer to a request.
package struct HTTPResponse: Sendable {
    /// The status code, 100 to 599.
    package let status: Int
    /// The header fields of the final answer, in order.
    package let headers: [HTTPHeader]
    /// The body, inflated.
    package let body: Payload

    /// Describes an answer.
    package init(status: Int, headers: [HTTPHeader], body: Payload) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first value of the field `name`, without regard to case.
    package func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return self.headers.first { $0.name.lowercased() == wanted }?.value
    }
}

/// Why an exchange gave no answer.
package struct HTTPFailure: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure that callers tell apart.
    package enum Code: String, Sendable {
        case badRequest
        case resolve
        case connect
        case tls
        case timeout
        case tooLarge
        case cut
        case cancelled
        case other
    }

    /// The kind.
    package let code: Code
    /// What happened and what to look at, for a person; holds no secret.
    package let message: String

    /// Describes a failure.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { "\(self.code.rawValue): \(self.message)" }
}
