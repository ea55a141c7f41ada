import Pipeline

/// What a request needs besides itself, read and decided on the sender's side of the transport.
struct RequestMaterial {
    /// The proxy on the way, with its header fields.
    struct Proxy {
        let url: String
        let connectHeaders: [HTTPHeader]
    }

    /// What authorizes the request.
    let credentials: HTTPCredentials
    /// Header fields from secrets and files.
    let headers: [HTTPHeader]
    /// The proxy on the way; nil when the way is direct.
    let proxy: Proxy?
    /// The number of the last change of certificates in files.
    let fileChange: Int

    /// Reads the files that the request's settings name.
    ///
    /// - Throws: `badRequest` or `tls` with the path of a file that can't be used.
    init(
        _ request: HTTPRequest,
        token: String? = nil,
        files: TLSFileTable,
    ) throws(HTTPFailure) {
        let connection = request.connection
        self.credentials = try HTTPCredentials(connection.authorization, token: token)
        self.headers = try Self.resolve(connection.secretHeaders)
        var proxy: Proxy?
        if connection.unixSocket == nil, let rules = connection.proxy,
            let parts = URLParts(request.url),
            let url = rules.url(
                isSecure: request.url.isSecureURL,
                host: parts.bareHost,
                port: parts.port,
            )
        {
            // A request that is not tunnelled is seen by the proxy as it is.
            let headers = request.url.isSecureURL ? rules.connectHeaders : []
            proxy = Proxy(url: url, connectHeaders: try Self.resolve(headers))
        }
        self.proxy = proxy
        self.fileChange = request.url.isSecureURL ? try files.lastChange(of: connection.tls) : 0
    }

    private static func resolve(_ fields: [SecretHeader]) throws(HTTPFailure) -> [HTTPHeader] {
        var resolved: [HTTPHeader] = []
        for field in fields {
            resolved.append(HTTPHeader(field.name, try SecretFile.text(of: field.value)))
        }
        return resolved
    }
}
