import CCurl
import Pipeline

// The request's header fields.
extension CurlHandle {
    /// Sets the fields of the request, what authorizes it, and takes out what libcurl would add.
    func setFields(_ request: HTTPRequest, _ material: RequestMaterial, _ userAgent: String) {
        self.set(CURLOPT_USERAGENT, userAgent)
        var lines = request.headers.map(\.line) + material.headers.map(\.line)
        // A bulk body must not wait a second for servers that don't answer the question.
        if case .signed = material.credentials {
            // Libcurl (7.88) signs the field that it is told to leave out.
            self.set(CURLOPT_EXPECT_100_TIMEOUT_MS, 1)
        } else if !request.has("expect") {
            lines.append("Expect:")
        }
        if request.acceptsCompressed, !request.has("accept-encoding") {
            lines.append("Accept-Encoding: gzip")
        }
        if !request.has("content-type") { lines.append("Content-Type:") }
        if request.connection.tls.serverName != nil, !request.has("host"), request.url.isSecureURL,
            let parts = URLParts(request.url)
        {
            lines.append("Host: \(parts.authority)")
        }
        if !request.has("authorization") { self.authorize(material.credentials, &lines) }
        self.set(CURLOPT_HTTPHEADER, lines: lines)
    }

    private func authorize(_ credentials: HTTPCredentials, _ lines: inout [String]) {
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
        case .signed(let scope, let accessKey, let secretKey, let sessionToken):
            self.set(CURLOPT_AWS_SIGV4, scope)
            // A signature is one host's, and libcurl would take the session's token along.
            self.set(CURLOPT_FOLLOWLOCATION, false)
            self.set(CURLOPT_USERNAME, accessKey)
            self.set(CURLOPT_PASSWORD, secretKey)
            if let sessionToken { lines.append("X-Amz-Security-Token: \(sessionToken)") }
        }
    }
}

extension HTTPHeader {
    /// The field in libcurl's notation, in which a colon with nothing after it removes the field.
    var line: String {
        self.value.isEmpty ? "\(self.name);" : "\(self.name): \(self.value)"
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
