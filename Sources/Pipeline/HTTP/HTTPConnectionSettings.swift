package import Config

/// TLS, proxy and authorization of outgoing requests; Prometheus's `http_config` in typed form.
///
/// Files (tokens, passwords, certificates) are named here and read when a request is sent, so that
/// a rotated secret is used at once.
package struct HTTPConnectionSettings: Sendable, Hashable {
    /// A secret written in the configuration or kept in a file.
    package typealias Secret = ConfigSecret

    /// The `Authorization` field.
    package enum Authorization: Sendable, Hashable {
        case none
        case basic(username: String, password: Secret)
        /// `type` is the scheme, usually `Bearer`.
        case token(type: String, credentials: Secret)
    }

    /// Certificates and names.
    package struct TLS: Sendable, Hashable {
        /// A CA bundle in PEM form; the system's when nil.
        package var caFile: String?
        /// The client's certificate in PEM form.
        package var certificateFile: String?
        /// The client's key in PEM form.
        package var keyFile: String?
        /// The name to verify instead of the URL's host.
        package var serverName: String?
        /// Accepts any certificate.
        package var insecureSkipVerify = false

        /// The system's trust and no client certificate.
        package init() {}
    }

    /// TLS settings.
    package var tls = TLS()
    /// How to authorize.
    package var authorization = Authorization.none
    /// A proxy's URL; the environment is not consulted.
    package var proxyURL: String?
    /// Follows redirects (at most 10).
    package var followRedirects = true
    /// Offers HTTP/2 over TLS.
    package var enableHTTP2 = true
    /// Connects to this unix socket instead of the URL's host.
    package var unixSocket: String?

    /// No authorization, no proxy, the system's trust.
    package init() {}
}
