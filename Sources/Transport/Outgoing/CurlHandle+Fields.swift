import CCurl
import Pipeline

// The request's header fields.
extension CurlHandle {
    /// Sets the fields of the request, what authorizes it, and takes out what libcurl would add.
    func setFields(_ request: HTTPRequest, _ credentials: HTTPCredentials, _ userAgent: String) {
        self.set(CURLOPT_USERAGENT, userAgent)
        var lines = request.headers.map(Self.line)
        // A bulk body must not wait a second for servers that don't answer the question.
        if !request.has("expect") { lines.append("Expect:") }
        if request.acceptsCompressed, !request.has("accept-encoding") {
            lines.append("Accept-Encoding: gzip")
        }
        if !request.has("content-type") { lines.append("Content-Type:") }
        if request.connection.tls.serverName != nil, !request.has("host"), request.url.isSecureURL,
            let parts = URLParts(request.url)
        {
            lines.append("Host: \(parts.authority)")
        }
        if !request.has("authorization") {
            switch credentials {
            case .none:
                break
            case .basic(let username, let password):
                self.set(CURLOPT_HTTPAUTH, ccurl_auth_basic)
                self.set(CURLOPT_USERNAME, username)
                self.set(CURLOPT_PASSWORD, password)
            case .field(let value):
                // Libcurl keeps this field from other hosts when it follows redirects.
                lines.append("Authorization: \(value)")
            }
        }
        self.set(CURLOPT_HTTPHEADER, lines: lines)
    }

    /// A field in libcurl's notation, in which a colon with nothing after it removes the field.
    private static func line(_ field: HTTPHeader) -> String {
        field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)"
    }
}

extension HTTPRequest {
    /// Whether the caller gave the field `lowercased`.
    fileprivate func has(_ lowercased: String) -> Bool {
        self.headers.contains { field in
            field.name.utf8.count == lowercased.utf8.count
                && field.name.lowercased() == lowercased
        }
    }
}
