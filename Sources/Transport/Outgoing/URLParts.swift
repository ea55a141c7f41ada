import CCurl

/// Host and port of a URL, as libcurl reads them: what errors may name.
///
/// User, password, path and query are left out, since each may hold a secret.
struct URLParts {
    private let url: String
    /// The host; IPv6 addresses in brackets.
    let host: String
    /// The port, the scheme's own if none is written.
    let port: Int
    /// Whether the port is the scheme's own.
    private let hasDefaultPort: Bool

    /// Takes a URL apart; nil when libcurl would not.
    init?(_ url: String) {
        guard let parser = unsafe curl_url() else { return nil }
        defer { unsafe curl_url_cleanup(parser) }
        guard unsafe curl_url_set(parser, CURLUPART_URL, url, 0) == CURLUE_OK,
            let host = unsafe Self.part(CURLUPART_HOST, of: parser),
            let portText = unsafe Self.part(
                CURLUPART_PORT,
                of: parser,
                flags: UInt32(CURLU_DEFAULT_PORT),
            ),
            let port = Int(portText)
        else { return nil }
        self.url = url
        self.host = host
        self.port = port
        self.hasDefaultPort = port == (url.isSecureURL ? 443 : 80)
    }

    /// Host and port.
    var place: String { "\(self.host):\(self.port)" }

    /// The host without brackets around it.
    var bareHost: String {
        self.host.hasPrefix("[") ? String(self.host.dropFirst().dropLast()) : self.host
    }

    /// What the `Host` field says.
    var authority: String { self.hasDefaultPort ? self.host : self.place }

    /// The same URL on another host; nil when that is no host's name.
    func url(withHost host: String) -> String? {
        guard let parser = unsafe curl_url() else { return nil }
        defer { unsafe curl_url_cleanup(parser) }
        guard unsafe curl_url_set(parser, CURLUPART_URL, self.url, 0) == CURLUE_OK,
            unsafe curl_url_set(parser, CURLUPART_HOST, host, 0) == CURLUE_OK
        else { return nil }
        return unsafe Self.part(CURLUPART_URL, of: parser)
    }

    private static func part(
        _ part: CURLUPart,
        of parser: OpaquePointer,
        flags: UInt32 = 0,
    ) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard unsafe curl_url_get(parser, part, &text, flags) == CURLUE_OK,
            let text = unsafe text
        else { return nil }
        defer { unsafe curl_free(text) }
        return unsafe String(cString: text)
    }
}
