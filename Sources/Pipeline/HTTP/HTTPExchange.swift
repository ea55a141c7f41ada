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
        self.timeout = timeout
        self.responseLimit = responseLimit
        self.acceptsCompressed = acceptsCompressed
        self.connection = connection
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
