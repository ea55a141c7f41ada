/// Which requests go through which proxy.
///
/// Descriptions show neither user, password nor header fields.
package struct HTTPProxy: Sendable, Hashable {
    /// The proxy of `http` requests, a URL.
    package var plain: String?
    /// The proxy of `https` requests, a URL.
    package var secure: String?
    /// What is reached without a proxy; nil means that nothing is, not even this machine.
    package var exceptions: ProxyExceptions?
    /// Header fields for the proxy itself, when a tunnel is asked for.
    package var connectHeaders: [SecretHeader] = []

    /// One proxy for everything.
    package init(_ url: String) {
        self.plain = Self.normalized(url)
        self.secure = self.plain
    }

    /// What the variables of an environment say; nil when they name no proxy.
    ///
    /// Source: golang.org/x/net/http/httpproxy, `FromEnvironment`.
    package init?(environment: (String) -> String?) {
        func first(_ names: String...) -> String? { names.lazy.compactMap(environment).first }
        self.plain = first("HTTP_PROXY", "http_proxy").map(Self.normalized)
        self.secure = first("HTTPS_PROXY", "https_proxy").map(Self.normalized)
        self.exceptions = ProxyExceptions(first("NO_PROXY", "no_proxy") ?? "")
        if self.plain == nil, self.secure == nil { return nil }
    }

    /// The proxy on the way to a host.
    ///
    /// - Parameters:
    ///   - isSecure: Whether the URL's scheme is `https`.
    ///   - host: The URL's host, without brackets.
    ///   - port: Its port, the scheme's own if none is written.
    /// - Returns: The proxy's URL; nil when the way is direct.
    package func url(isSecure: Bool, host: String, port: Int) -> String? {
        guard let url = isSecure ? self.secure : self.plain else { return nil }
        return self.exceptions?.matches(host: host, port: port) == true ? nil : url
    }

    /// The schemes of proxies.
    package static let schemes = ["http", "https", "socks5", "socks5h"]

    /// The URL with a scheme; SOCKS servers are given names, as Go does it.
    private static func normalized(_ url: String) -> String {
        let text = url.drop { $0 == " " }
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else {
            return "http://\(text)"
        }
        return text[..<colon].lowercased() == "socks5" ? "socks5h\(text[colon...])" : String(text)
    }
}

extension HTTPProxy: CustomStringConvertible {
    /// The proxies' places.
    package var description: String {
        let places = [self.plain, self.secure].compactMap { $0.map(ShownURL.of) }
        return places.isEmpty ? "no proxy" : "proxy \(Set(places).sorted().joined(separator: ", "))"
    }
}

extension HTTPProxy: CustomReflectable {
    /// Nothing, so that `dump` and the like show the description.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
