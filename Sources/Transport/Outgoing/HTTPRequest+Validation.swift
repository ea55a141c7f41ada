import Pipeline

extension HTTPRequest {
    /// Refuses what can't be sent as it stands, before anything is opened.
    ///
    /// - Throws: `badRequest`, naming the field but never its value.
    func validate() throws(HTTPFailure) {
        guard self.url.isSecureURL || self.url.hasScheme("http") else {
            throw HTTPFailure(
                .badRequest,
                "a URL must start with http:// or https://; check the configured URL",
            )
        }
        if self.url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) {
            throw HTTPFailure(
                .badRequest,
                "the URL holds a blank or control character; percent-encode it",
            )
        }
        for field in self.headers {
            if !HTTPHeader.isName(field.name) {
                throw HTTPFailure(.badRequest, "'\(field.name)' is not a header field's name")
            }
            if field.value.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) {
                throw HTTPFailure(
                    .badRequest,
                    "the header field \(field.name) holds a line break or control character",
                )
            }
        }
        if let pieces = self.pieces, pieces.size < 1 {
            throw HTTPFailure(.badRequest, "a piece must have room for a byte")
        }
        if let body = self.body, let reusing = self.reusing, body === reusing {
            throw HTTPFailure(.badRequest, "the answer can't go where the request's body is")
        }
    }
}

extension String {
    /// Whether this is an `https` URL.
    var isSecureURL: Bool { self.hasScheme("https") }

    /// Whether this starts with `scheme` (in small letters) and `://`, without regard to case.
    func hasScheme(_ scheme: String) -> Bool {
        let wanted = scheme.utf8.count + 3
        let start = self.utf8.prefix(wanted)
        return start.count == wanted && Substring(start).lowercased() == "\(scheme)://"
    }
}
