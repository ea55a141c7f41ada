package import Config

/// How to get a token by OAuth 2's client credentials (RFC 6749 §4.4).
///
/// Requests with equal options share a token.
package struct OAuth2Options: Sendable, Hashable {
    /// The client's name.
    package var clientID: String
    /// The client's secret.
    package var clientSecret = ConfigSecret.literal("")
    /// Where tokens are handed out.
    package var tokenURL: String
    /// What the token is asked for.
    package var scopes: [String] = []
    /// Further parameters of the request, in order; they may be secrets, too.
    package var parameters: [SecretHeader] = []
    /// TLS to the token's server.
    package var tls = HTTPConnectionSettings.TLS()
    /// The proxies on the way there.
    package var proxy: HTTPProxy?

    /// The least that is needed.
    package init(clientID: String, tokenURL: String) {
        self.clientID = clientID
        self.tokenURL = tokenURL
    }
}

extension OAuth2Options: CustomStringConvertible {
    /// The client and where its tokens come from.
    package var description: String {
        "OAuth 2 client \(self.clientID) at \(ShownURL.of(self.tokenURL))"
    }
}

extension OAuth2Options: CustomReflectable {
    /// Nothing, so that `dump` and the like show the description.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
