package import Config

/// Prometheus's `http_config` keys, which stand in the same section as the component's own.
///
/// Source: prometheus/common, `config/http_config.go`.
package struct HTTPClientOptions: Sendable, Hashable {
    /// TLS, proxy and authorization.
    package var connection = HTTPConnectionSettings()
    /// Header fields that the user adds.
    package var headers: [HTTPHeader] = []

    /// No authorization, no proxy, the system's trust.
    package init() {}

    /// Reads the keys from a component's section.
    ///
    /// - Parameters:
    ///   - node: The component's section.
    ///   - enableHTTP2: What an absent `enable_http2` means.
    package init(readingFrom node: inout ConfigNode, enableHTTP2: Bool = true) {
        self.connection.authorization = Self.authorization(&node)
        self.connection.tls =
            node.optionalSection("tls_config", "TLS to the peer.") { node throws(ConfigError) in
                Self.tls(&node)
            } ?? HTTPConnectionSettings.TLS()
        self.connection.proxyURL = node.string("proxy_url", "A proxy's URL.")
        self.connection.followRedirects = node.bool(
            "follow_redirects",
            default: true,
            "Follows redirects.",
        )
        self.connection.enableHTTP2 = node.bool(
            "enable_http2",
            default: enableHTTP2,
            "Offers HTTP/2 over TLS.",
        )
        self.headers = Self.headers(&node)
        node.unsupported("oauth2", "OAuth 2 is not there yet; use authorization.")
        node.unsupported("no_proxy", "Every request goes through proxy_url when it is set.")
        node.unsupported("proxy_from_environment", "Set proxy_url instead.")
        node.unsupported("proxy_connect_header", "Proxies get no header fields of yours yet.")
    }

    /// What is sent in `Authorization`; more than one way to say it is an error.
    private static func authorization(
        _ node: inout ConfigNode
    ) -> HTTPConnectionSettings.Authorization {
        let basic = node.optionalSection("basic_auth", "Authorizes by user name and password.") {
            node throws(ConfigError) in
            let username = node.string("username", default: "", "The user's name.")
            node.unsupported("username_file", "Write the name under username.")
            let password = node.secret("password", "The password.") ?? .literal("")
            return HTTPConnectionSettings.Authorization.basic(
                username: username,
                password: password,
            )
        }
        let token = node.optionalSection("authorization", "Authorizes by a token.") {
            node throws(ConfigError) -> HTTPConnectionSettings.Authorization in
            let type = node.string("type", default: "Bearer", "The scheme's name.")
            if type.lowercased() == "basic" {
                node.reject(
                    "type",
                    expected: "a scheme other than Basic",
                    remedy: "use basic_auth",
                )
            }
            guard let credentials = node.secret("credentials", "The token.") else { return .none }
            return .token(type: type, credentials: credentials)
        }
        let bearer = node.secret("bearer_token", "The older way to write authorization.")
            .map { HTTPConnectionSettings.Authorization.token(type: "Bearer", credentials: $0) }
        let given = [basic, token, bearer].compactMap(\.self).filter { $0 != .none }
        if given.count > 1 {
            node.reject(
                because: "expected one of basic_auth, authorization and bearer_token, found "
                    + "\(given.count)",
                remedy: "remove all but one",
            )
        }
        return given.first ?? .none
    }

    private static func tls(_ node: inout ConfigNode) -> HTTPConnectionSettings.TLS {
        var tls = HTTPConnectionSettings.TLS()
        tls.caFile = node.filePath("ca_file", "A CA bundle in PEM form.")
        tls.certificateFile = node.filePath("cert_file", "The client's certificate in PEM form.")
        tls.keyFile = node.filePath("key_file", "The client's key in PEM form.")
        tls.serverName = node.string("server_name", "The name to verify instead of the host's.")
        tls.insecureSkipVerify = node.bool(
            "insecure_skip_verify",
            default: false,
            "Accepts any certificate.",
        )
        for key in ["ca", "cert", "key"] {
            node.unsupported(key, "Put it in a file and write \(key)_file.")
        }
        for key in ["min_version", "max_version"] {
            node.unsupported(key, "TLS 1.2 and 1.3 are offered.")
        }
        if (tls.certificateFile == nil) != (tls.keyFile == nil) {
            node.reject(
                because: "expected cert_file and key_file together, found one of them",
                remedy: "add the other",
            )
        }
        return tls
    }

    private static func headers(_ node: inout ConfigNode) -> [HTTPHeader] {
        node.namedSections(
            "http_headers",
            placeholder: "NAME",
            "Header fields to add to each request.",
        ) { name, node throws(ConfigError) in
            let values = node.strings("values", "The field's values.")
            node.unsupported("secrets", "Write the value under values.")
            node.unsupported("files", "Write the value under values.")
            return values.map { HTTPHeader(name, $0) }
        }.flatMap(\.value)
    }
}
