import CCurl
import Config
import Pipeline

// TLS to the server, and to a proxy that speaks it, too.
extension CurlHandle {
    private struct Options {
        let authority: (file: CURLoption, blob: CURLoption, folder: CURLoption)
        let certificate: (file: CURLoption, blob: CURLoption)
        let key: (file: CURLoption, blob: CURLoption)
        let verify: (peer: CURLoption, host: CURLoption)
        let version: CURLoption
        let ciphers: CURLoption

        static let server = Options(
            authority: (CURLOPT_CAINFO, CURLOPT_CAINFO_BLOB, CURLOPT_CAPATH),
            certificate: (CURLOPT_SSLCERT, CURLOPT_SSLCERT_BLOB),
            key: (CURLOPT_SSLKEY, CURLOPT_SSLKEY_BLOB),
            verify: (CURLOPT_SSL_VERIFYPEER, CURLOPT_SSL_VERIFYHOST),
            version: CURLOPT_SSLVERSION,
            ciphers: CURLOPT_SSL_CIPHER_LIST,
        )
        static let proxy = Options(
            authority: (CURLOPT_PROXY_CAINFO, CURLOPT_PROXY_CAINFO_BLOB, CURLOPT_PROXY_CAPATH),
            certificate: (CURLOPT_PROXY_SSLCERT, CURLOPT_PROXY_SSLCERT_BLOB),
            key: (CURLOPT_PROXY_SSLKEY, CURLOPT_PROXY_SSLKEY_BLOB),
            verify: (CURLOPT_PROXY_SSL_VERIFYPEER, CURLOPT_PROXY_SSL_VERIFYHOST),
            version: CURLOPT_PROXY_SSLVERSION,
            ciphers: CURLOPT_PROXY_SSL_CIPHER_LIST,
        )
    }

    /// Sets TLS up for a request that needs it on any part of its way.
    func setTLS(_ request: HTTPRequest, _ material: RequestMaterial) {
        let tls = request.connection.tls
        // A redirect may lead to https, so the server's options hold for http, too.
        let change = material.fileChange
        self.setTLS(tls, Options.server, change)
        if material.proxy?.url.isSecureURL == true { self.setTLS(tls, Options.proxy, change) }
        let files = [tls.ca, tls.certificate, tls.key].contains { secret in
            if case .file = secret { true } else { false }
        }
        if files {
            // Libcurl would keep a bundle for a day by its path, and would resume sessions that
            // were made with another certificate; a rotated file counts at once.
            self.set(CURLOPT_CA_CACHE_TIMEOUT, 0)
            self.set(CURLOPT_SSL_SESSIONID_CACHE, false)
        }
    }

    private func setTLS(_ tls: HTTPConnectionSettings.TLS, _ options: Options, _ change: Int) {
        if let ca = tls.ca {
            self.set(options.authority.file, options.authority.blob, ca, change)
            // Otherwise the system's CAs would be trusted, too.
            self.unset(options.authority.folder)
        }
        if let secret = tls.certificate {
            self.set(options.certificate.file, options.certificate.blob, secret, change)
        }
        if let secret = tls.key { self.set(options.key.file, options.key.blob, secret, change) }
        if tls.insecureSkipVerify {
            self.set(options.verify.peer, false)
            self.set(options.verify.host, false)
        }
        let minimum = min(tls.minimum ?? .tls12, tls.maximum ?? .tls13)
        self.set(options.version, minimum.least | (tls.maximum?.most ?? 0))
        if minimum < .tls12 {
            // OpenSSL's default level of security has no cipher for these versions.
            self.set(options.ciphers, "DEFAULT@SECLEVEL=0")
        }
    }

    private func set(
        _ file: CURLoption,
        _ blob: CURLoption,
        _ secret: ConfigSecret,
        _ change: Int,
    ) {
        switch secret {
        case .file(let path): self.set(file, TLSFileTable.spelling(path, after: change))
        case .literal(let text): self.set(blob, copying: text)
        }
    }
}

extension HTTPConnectionSettings.TLSVersion {
    fileprivate var least: Int {
        switch self {
        case .tls10: ccurl_tls_1_0
        case .tls11: ccurl_tls_1_1
        case .tls12: ccurl_tls_1_2
        case .tls13: ccurl_tls_1_3
        }
    }

    /// The same version as libcurl's upper bound.
    fileprivate var most: Int { self.least << 16 }
}
