package import Config

/// Prometheus's `http_config` keys, which stand in the same section as the component's own.
///
/// Source: prometheus/common, `config/http_config.go`.
package struct HTTPClientOptions: Sendable, Hashable {
    /// TLS, proxy and authorization.
    package var connection = HTTPConnectionSettings()
    /// Header fields that the user adds and that are no secret.
    package var headers: [HTTPHeader] = []

    /// No authorization, no proxy, the system's trust.
    package init() {}

    /// Reads the keys from a component's section.
    ///
    /// - Parameters:
    ///   - node: The component's section.
    ///   - enableHTTP2: What an absent `enable_http2` means.
    ///   - signing: Whether `sigv4` is a key, as `remote_write` has it.
    package init(
        readingFrom node: inout ConfigNode,
        enableHTTP2: Bool = true,
        signing: Bool = false,
    ) {
        self.connection.authorization = Self.authorization(&node, signing: signing)
        self.connection.tls = Self.tls(&node)
        self.connection.proxy = Self.proxy(&node)
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
        self.readHeaders(&node)
    }

    /// Fields that change the connection or are set by the agent, in small letters.
    ///
    /// Source: prometheus/common, `config/headers.go`.
    package static let reservedHeaders: Set<String> = [
        "authorization", "host", "content-encoding", "content-length", "content-type",
        "user-agent", "connection", "keep-alive", "proxy-authenticate", "proxy-authorization",
        "www-authenticate", "accept-encoding", "x-prometheus-remote-write-version",
        "x-prometheus-remote-read-version", "x-prometheus-scrape-timeout-seconds", "x-amz-date",
        "x-amz-security-token", "x-amz-content-sha256",
    ]

    private mutating func readHeaders(_ node: inout ConfigNode) {
        let fields = node.namedSections(
            "http_headers",
            placeholder: "NAME",
            "Header fields to add to each request.",
        ) { name, node throws(ConfigError) -> (values: [String], secrets: [ConfigSecret]) in
            if Self.reservedHeaders.contains(name.lowercased()) {
                node.reject(
                    because: "expected a field that is not set already, found \(name)",
                    remedy: "remove it; authorization has keys of its own",
                )
            } else if !HTTPHeader.isName(name) {
                node.reject(because: "expected a header field's name, found '\(name)'")
            }
            let values = node.strings("values", "The field's values.")
            let secrets = node.secrets("secrets", "Values that are never shown.")
            let files = node.filePaths("files", "Files that hold a value; read on each use.")
            return (values, secrets + files.map { .file($0) })
        }
        for field in fields {
            self.headers += field.value.values.map { HTTPHeader(field.name, $0) }
            self.connection.secretHeaders += field.value.secrets.map {
                SecretHeader(field.name, $0)
            }
        }
    }
}

extension HTTPHeader {
    /// Whether `text` is a header field's name (RFC 9110 §5.6.2, `token`).
    package static func isName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                byte &- 0x30 <= 9 || (byte | 0x20) &- 0x61 < 26 || Self.marks.contains(byte)
            }
    }

    private static let marks = Set("!#$%&'*+-.^_`|~".utf8)
}
