import Bytes
import Codecs
import Pipeline

/// Why a request to an API server gave nothing, told apart by what there is to do.
package struct APIFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure.
    package enum Kind: Sendable, Hashable {
        /// The token is unknown or has ended (401).
        case unauthorized
        /// A rule is missing in the account's role (403).
        case forbidden
        /// The server has no such object or resource (404).
        case missing
        /// The version or the page asked for is no longer kept (410).
        case expired
        /// The server doesn't take the request as it is (400, 422).
        case invalid
        /// The server is busy or broken: 429, 5xx, and whatever else is worth another try.
        case unavailable
        /// There was no answer.
        case unreachable
        /// The time was over.
        case late
        /// The answer broke off.
        case cut
        /// The answer is not what the API sends.
        case unreadable
        /// The task or the transport has ended.
        case cancelled
    }

    /// The kind.
    package let kind: Kind
    /// What happened, and what to do about it; holds no secret.
    package let description: String
    /// When the server wants to be asked again.
    package let retryAfter: Duration?

    init(_ kind: Kind, _ description: String, retryAfter: Duration? = nil) {
        self.kind = kind
        self.description = description
        self.retryAfter = retryAfter
    }
}

extension APIFailure {
    /// The most bytes of a server's own words that are shown.
    private static let messageLimit = 512

    /// A request that had no answer.
    init(_ failure: HTTPFailure) {
        let kind: Kind =
            switch failure.code {
            case .timeout: .late
            case .cut: .cut
            case .cancelled: .cancelled
            case .tooLarge: .unreadable
            case .badRequest, .resolve, .connect, .tls, .other: .unreachable
            }
        self.init(kind, failure.message)
    }

    /// An answer other than 2xx; `now` is seconds since 1970.
    init(_ response: HTTPResponse, to request: APIRequest, now: Int64) {
        let status = Self.status(in: response.body.bytes) ?? StatusObject()
        let asked = status.retryAfterSeconds.map { min(.seconds($0), RetryAfter.limit) }
        self.init(
            status,
            code: response.status,
            retryAfter: RetryAfter.wait(response, now: now) ?? asked,
            request,
        )
    }

    /// What an event of the type `ERROR` says.
    init(event status: StatusObject, of request: APIRequest) {
        let asked = status.retryAfterSeconds.map { min(.seconds($0), RetryAfter.limit) }
        self.init(status, code: status.code, retryAfter: asked, request)
    }

    private init(
        _ status: StatusObject,
        code: Int,
        retryAfter: Duration?,
        _ request: APIRequest,
    ) {
        let said = status.message.isEmpty ? status.reason : status.message
        let words = said.utf8.count <= Self.messageLimit ? said : "(a long message)"
        let answer = words.isEmpty ? "the server answered \(code)" : "\(words) (\(code))"
        switch code {
        case 401:
            let remedy = "check that the token is of this cluster and has not ended"
            self.init(.unauthorized, "\(answer); \(remedy)", retryAfter: retryAfter)
        case 403:
            self.init(.forbidden, "\(answer); add the rule \(request.rule)")
        case 404 where request.name == nil:
            let what = request.resource.path(in: request.namespace)
            self.init(.missing, "the server has nothing at \(what): \(answer)")
        case 404:
            self.init(.missing, answer)
        case 410:
            self.init(.expired, answer, retryAfter: retryAfter)
        case 400, 422:
            self.init(.invalid, answer, retryAfter: retryAfter)
        case 504 where words.hasPrefix("Too large resource version"):
            // The cluster was restored from a copy: it never comes to where this watch was.
            self.init(.expired, answer, retryAfter: retryAfter)
        default:
            self.init(.unavailable, answer, retryAfter: retryAfter)
        }
    }

    private static func status(in body: borrowing OutputBuffer) -> StatusObject? {
        try? StatusObject(json: body.span)
    }
}
