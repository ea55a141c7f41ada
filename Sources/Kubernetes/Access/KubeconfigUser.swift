import Config
import Pipeline

/// How a kubeconfig's user authorizes.
///
/// A program or a plugin that would have to be asked for a token is refused: this agent starts none.
struct KubeconfigUser {
    private let authorization: HTTPConnectionSettings.Authorization
    private let certificate: ConfigSecret?
    private let key: ConfigSecret?

    init(_ node: inout ConfigNode) {
        self.certificate = KubeconfigPEM.secret("client-certificate", &node)
        self.key = KubeconfigPEM.secret("client-key", &node)
        self.authorization = Self.authorization(&node)
        if (self.certificate == nil) != (self.key == nil) {
            node.reject(
                because: "expected client-certificate and client-key together, found one of them",
                remedy: "add the other, as a file or as -data",
            )
        }
        for key in ["exec", "auth-provider"] where node.isPresent(key) {
            node.reject(
                key,
                because: "expected a token, a tokenFile or a client certificate, found \(key), "
                    + "which needs a program that this agent does not start",
                remedy: "create a service account's token and write its path as tokenFile",
            )
        }
        for key in ["as", "as-uid", "as-groups", "as-user-extra"] where node.isPresent(key) {
            node.reject(
                key,
                because: "expected a user of its own, found an impersonation",
                remedy: "use a token of the account that is meant",
            )
        }
    }

    /// Puts the user's part into the settings of a connection.
    func apply(to connection: inout HTTPConnectionSettings) {
        connection.tls.certificate = self.certificate
        connection.tls.key = self.key
        connection.authorization = self.authorization
    }

    /// A token's file counts more than the token beside it, as in client-go.
    private static func authorization(
        _ node: inout ConfigNode
    ) -> HTTPConnectionSettings.Authorization {
        let token = node.hiddenString("token", isRaw: true, "The token.")
        let file = node.filePath("tokenFile", "The file of the token.")
        let username = node.rawString("username", default: "", "The user's name.")
        let password = node.hiddenString("password", isRaw: true, "The password.")
        let credentials = file.map { ConfigSecret.file($0) } ?? token.map { .literal($0) }
        if let credentials {
            if !username.isEmpty {
                node.reject(
                    "username",
                    because: "expected a token or a user name and password, found both",
                    remedy: "remove one of them",
                )
            }
            return .token(type: "Bearer", credentials: credentials)
        }
        if username.isEmpty { return .none }
        return .basic(username: .literal(username), password: .literal(password ?? ""))
    }
}
