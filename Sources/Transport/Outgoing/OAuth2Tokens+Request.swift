import Bytes
import Codecs
import Config
import Pipeline

// Asking a token's server.
extension OAuth2Tokens {
    /// What a token's server said.
    enum ServerAnswer: Sendable {
        case token(OAuth2Answer, usesBody: Bool)
        /// It answered, but with no token.
        case refused(HTTPFailure)
        /// It did not answer.
        case failed(HTTPFailure)
    }

    /// The most bytes of a token's server's answer, as Go's client has it.
    private static let answerLimit = 1 << 20

    /// Asks once.
    func ask(
        _ options: OAuth2Options,
        secret: String,
        usesBody: Bool,
        within time: Duration,
        over exchange: any HTTPExchange,
    ) async -> ServerAnswer {
        var form = FormBody()
        form.add("grant_type", "client_credentials")
        if !options.scopes.isEmpty { form.add("scope", options.scopes.joined(separator: " ")) }
        for parameter in options.parameters {
            guard case .literal(let value) = parameter.value else { continue }
            form.add(parameter.name, value)
        }
        if usesBody {
            form.add("client_id", options.clientID)
            if !secret.isEmpty { form.add("client_secret", secret) }
        }
        var request = HTTPRequest(
            .post,
            options.tokenURL,
            headers: [
                HTTPHeader("Content-Type", "application/x-www-form-urlencoded"),
                HTTPHeader("Accept", "application/json"),
            ],
            body: Payload(form.text),
            timeout: time,
            responseLimit: Self.answerLimit,
        )
        request.connection.tls = options.tls
        request.connection.proxy = options.proxy
        if !usesBody {
            request.connection.authorization = .basic(
                username: .literal(PercentEncoding.query(options.clientID)),
                password: .literal(PercentEncoding.query(secret)),
            )
        }
        do {
            let response = try await exchange.send(request)
            return Self.read(response, options, usesBody)
        } catch {
            return .failed(HTTPFailure(error.code, "no token for \(options): \(error.message)"))
        }
    }

    private static func read(
        _ response: HTTPResponse,
        _ options: OAuth2Options,
        _ usesBody: Bool,
    ) -> ServerAnswer {
        var reason = "status \(response.status)"
        do {
            let answer = try Self.answer(in: response.body.bytes)
            if response.status / 100 == 2 { return .token(answer, usesBody: usesBody) }
        } catch {
            reason += ", \(error.reason)"
        }
        return .refused(
            HTTPFailure(
                .other,
                "no token for \(options): \(reason); check client_id, client_secret, scopes and"
                    + " token_url",
            )
        )
    }
}

extension OAuth2Tokens {
    private static func answer(
        in buffer: borrowing OutputBuffer
    ) throws(OAuth2Answer.Refused) -> OAuth2Answer {
        try OAuth2Answer(buffer.span)
    }
}

/// A body of names and values (WHATWG URL, `application/x-www-form-urlencoded`).
struct FormBody {
    /// What has been added.
    private(set) var text = ""

    /// Adds a pair.
    mutating func add(_ name: String, _ value: String) {
        if !self.text.isEmpty { self.text += "&" }
        self.text += "\(PercentEncoding.query(name))=\(PercentEncoding.query(value))"
    }
}
