import Config
import Pipeline

/// What authorizes a request, with its secrets at hand.
enum HTTPCredentials {
    case none
    case basic(username: String, password: String)
    /// The whole value of the field `Authorization`.
    case field(String)
    /// Keys that AWS's signature is made with; `scope` is libcurl's notation for where it holds.
    case signed(scope: String, accessKey: String, secretKey: String, sessionToken: String?)

    /// Reads the secrets that `authorization` names, now, so that a rotated file counts at once.
    ///
    /// - Parameters:
    ///   - authorization: How the request is authorized.
    ///   - token: The field's value that OAuth 2 has given.
    /// - Throws: `badRequest` when a file can't be read or its secret can't be sent; names the
    ///   path, never the content.
    init(
        _ authorization: HTTPConnectionSettings.Authorization,
        token: String? = nil,
    ) throws(HTTPFailure) {
        switch authorization {
        case .none:
            self = .none
        case .basic(let username, let password):
            self = .basic(
                username: try SecretFile.text(of: username),
                password: try SecretFile.text(of: password),
            )
        case .token(let type, let credentials):
            self = .field("\(type) \(try SecretFile.text(of: credentials))")
        case .oauth2:
            self = token.map { .field($0) } ?? .none
        case .sigv4(let options):
            self = try Self.signed(options)
        }
    }

    private static func signed(_ options: SigV4Options) throws(HTTPFailure) -> HTTPCredentials {
        let scope = "aws:amz:\(options.region):\(options.service)"
        switch options.keys {
        case .fixed(let accessKey, let secretKey, let sessionToken):
            var token: String?
            if let sessionToken { token = try SecretFile.text(of: sessionToken) }
            return .signed(
                scope: scope,
                accessKey: accessKey,
                secretKey: try SecretFile.text(of: secretKey),
                sessionToken: token,
            )
        case .profile(let name, let file):
            let text = try SecretFile.read(file)
            let profile: AWSProfile
            do {
                profile = try AWSProfile(name, in: text)
            } catch {
                let what = error == .profile ? "no profile" : "no keys in the profile"
                throw HTTPFailure(
                    .badRequest,
                    "\(file) has \(what) '\(name)'; add it, or give access_key and secret_key",
                )
            }
            var token: String?
            if let sessionToken = profile.sessionToken {
                token = try SecretFile.text(of: sessionToken)
            }
            return .signed(
                scope: scope,
                accessKey: profile.accessKey,
                secretKey: try SecretFile.text(of: profile.secretKey),
                sessionToken: token,
            )
        }
    }
}
