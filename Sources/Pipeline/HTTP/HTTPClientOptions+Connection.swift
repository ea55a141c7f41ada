import Config

// TLS and proxies, which a token's server has keys of its own for.
extension HTTPClientOptions {
    /// Reads the section `tls_config`.
    static func tls(_ node: inout ConfigNode) -> HTTPConnectionSettings.TLS {
        node.optionalSection("tls_config", "TLS to the peer.") { node throws(ConfigError) in
            Self.keysOfTLS(&node)
        } ?? HTTPConnectionSettings.TLS()
    }

    private static func keysOfTLS(_ node: inout ConfigNode) -> HTTPConnectionSettings.TLS {
        var tls = HTTPConnectionSettings.TLS()
        tls.ca = Self.pem("ca", "The CAs to trust, in PEM form.", &node)
        tls.certificate = Self.pem("cert", "The client's certificate in PEM form.", &node)
        tls.key = Self.pem("key", "The client's key in PEM form.", &node)
        let serverName = node.string(
            "server_name",
            "The name to verify instead of the host's.",
        )
        tls.serverName = serverName == "" ? nil : serverName
        tls.insecureSkipVerify = node.bool(
            "insecure_skip_verify",
            default: false,
            "Accepts any certificate.",
        )
        tls.minimum = node.choice(
            "min_version",
            of: HTTPConnectionSettings.TLSVersion.self,
            "The oldest version to speak; TLS12 when absent.",
        )
        tls.maximum = node.choice(
            "max_version",
            of: HTTPConnectionSettings.TLSVersion.self,
            "The newest version to speak.",
        )
        if let minimum = tls.minimum, let maximum = tls.maximum, maximum < minimum {
            node.reject("max_version", expected: "at least min_version (\(minimum.rawValue))")
        }
        if (tls.certificate == nil) != (tls.key == nil) {
            node.reject(
                because: "expected a certificate and its key together, found one of them",
                remedy: "give cert_file and key_file, or cert and key",
            )
        }
        return tls
    }

    /// Text in PEM form (RFC 7468), or a file of it.
    private static func pem(
        _ key: String,
        _ summary: String,
        _ node: inout ConfigNode,
    ) -> ConfigSecret? {
        let secret = node.secret(key, summary)
        if case .literal(let text) = secret, !text.contains("-----BEGIN ") {
            node.reject(
                key,
                expected: "text in PEM form, which starts with -----BEGIN",
                remedy: "write \(key)_file for a file's path",
            )
        }
        return secret
    }

    /// Reads the keys of proxies.
    static func proxy(_ node: inout ConfigNode) -> HTTPProxy? {
        let url = node.hiddenString("proxy_url", "A proxy's URL, perhaps with a password.")
        let exceptions = node.string(
            "no_proxy",
            default: "",
            "Hosts, domains and blocks of addresses that are reached without proxy_url.",
        )
        let fromEnvironment = node.bool(
            "proxy_from_environment",
            default: false,
            "Takes the proxies from HTTP_PROXY, HTTPS_PROXY and NO_PROXY.",
        )
        let fields = node.secretListMap(
            "proxy_connect_header",
            "Header fields for the proxy when it is asked for a tunnel.",
        )
        var proxy = url.map { HTTPProxy($0) }
        if !exceptions.isEmpty { proxy?.exceptions = ProxyExceptions(exceptions) }
        if fromEnvironment {
            proxy = HTTPProxy { node.environmentVariable($0) }
        }
        for field in fields {
            if !HTTPHeader.isName(field.name) {
                node.reject(
                    "proxy_connect_header",
                    because: "expected a header field's name, found '\(field.name)'",
                )
            }
            proxy?.connectHeaders += field.value.map { SecretHeader(field.name, $0) }
        }
        Self.check(url, exceptions, fromEnvironment, hasFields: !fields.isEmpty, node)
        return proxy
    }

    /// Prometheus's own rules: which of the keys go together.
    private static func check(
        _ url: String?,
        _ exceptions: String,
        _ fromEnvironment: Bool,
        hasFields: Bool,
        _ node: borrowing ConfigNode,
    ) {
        let remedy = "remove one of them"
        if fromEnvironment, url != nil {
            let found = "expected proxy_url or proxy_from_environment, found both"
            node.reject("proxy_from_environment", because: found, remedy: remedy)
        }
        if fromEnvironment, !exceptions.isEmpty {
            let found = "expected no_proxy or proxy_from_environment, found both"
            node.reject("no_proxy", because: found, remedy: remedy)
        }
        if !fromEnvironment, url == nil {
            for key in ["no_proxy", "proxy_connect_header"]
            where key == "no_proxy" ? !exceptions.isEmpty : hasFields {
                let found = "expected a proxy beside it, found none"
                node.reject(key, because: found, remedy: "add proxy_url")
            }
        }
        guard let url, let colon = url.firstIndex(of: ":"), url[colon...].hasPrefix("://"),
            !HTTPProxy.schemes.contains(url[..<colon].lowercased())
        else { return }
        node.reject(
            "proxy_url",
            expected: "a scheme of \(HTTPProxy.schemes.joined(separator: ", "))",
        )
    }
}
