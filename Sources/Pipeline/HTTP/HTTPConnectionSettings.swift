package import Config

/// TLS, proxy and authorization of outgoing requests; Prometheus's `http_config` in typed form.
///
/// Files (tokens, passwords, certificates) are named here and read when a request is sent, so that
/// a rotated secret is used at once. No description shows a secret.
package struct HTTPConnectionSettings: Sendable, Hashable {
    /// A secret written in the configuration or kept in a file.
    package typealias Secret = ConfigSecret

    /// What goes into the `Authorization` field.
    package enum Authorization: Sendable, Hashable {
        case none
        case basic(username: Secret, password: Secret)
        /// `type` is the scheme, usually `Bearer`.
        case token(type: String, credentials: Secret)
        /// A token that a server hands out for a client's name and secret.
        case oauth2(OAuth2Options)
        /// AWS's signature, version 4.
        case sigv4(SigV4Options)
    }

    /// Versions of TLS.
    package enum TLSVersion: String, Sendable, Hashable, CaseIterable, Comparable {
        case tls10 = "TLS10"
        case tls11 = "TLS11"
        case tls12 = "TLS12"
        case tls13 = "TLS13"

        /// Whether `one` is older.
        package static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
    }

    /// Certificates and names; each certificate or key is PEM text or a file of it.
    package struct TLS: Sendable, Hashable {
        /// The CAs to trust; the system's when nil.
        package var ca: Secret?
        /// The client's certificate, with what leads to its CA behind it.
        package var certificate: Secret?
        /// The client's key.
        package var key: Secret?
        /// The name to verify instead of the URL's host.
        package var serverName: String?
        /// Accepts any certificate.
        package var insecureSkipVerify = false
        /// The oldest version to speak; 1.2 when nil.
        package var minimum: TLSVersion?
        /// The newest version to speak; the library's when nil.
        package var maximum: TLSVersion?

        /// The system's trust and no client certificate.
        package init() {}
    }

    /// TLS settings.
    package var tls = TLS()
    /// How to authorize.
    package var authorization = Authorization.none
    /// Header fields whose values are secrets or in files, besides those of the request.
    package var secretHeaders: [SecretHeader] = []
    /// The proxies to go through; the environment is not consulted.
    package var proxy: HTTPProxy?
    /// Follows redirects (at most 10); what authorizes stays with the first host.
    package var followRedirects = true
    /// Offers HTTP/2 over TLS.
    package var enableHTTP2 = true
    /// Connects to this unix socket instead of the URL's host.
    package var unixSocket: String?
    /// New connections go to any of the name's addresses, looked up anew each time.
    package var roundRobinDNS = false

    /// No authorization, no proxy, the system's trust.
    package init() {}
}

/// A header field whose value no description shows.
package struct SecretHeader: Sendable, Hashable {
    /// The field's name.
    package let name: String
    /// Its value; a file's blanks at both ends are left out.
    package let value: ConfigSecret

    /// Pairs a name with a value.
    package init(_ name: String, _ value: ConfigSecret) {
        self.name = name
        self.value = value
    }
}
