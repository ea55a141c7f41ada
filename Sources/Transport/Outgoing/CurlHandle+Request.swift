import Bytes
import CCurl
import Pipeline

// From a request to libcurl's options. Every option is set on every request: a handle that is used
// again starts from libcurl's defaults.
extension CurlHandle {
    private static let keepAliveSeconds = 30
    /// How long a peer may leave what was sent, probes included, without any acknowledgement.
    private static let deadPeerMilliseconds = 90_000

    /// Sets up everything for `transfer`, whose memory must outlive its time on the multi handle.
    func configure(
        for transfer: CurlTransfer,
        userAgent: String,
        limits: CurlExchange.Limits,
    ) {
        let request = transfer.request
        self.setRules(request, until: transfer.deadline, limits)
        self.setTarget(request.url, request.connection, limits)
        self.setProxy(transfer.material.proxy)
        if request.mayUseTLS { self.setTLS(request, transfer.material) }
        self.setBody(request, limits)
        self.setFields(request, transfer.material, userAgent)
        self.setAnswer(to: transfer, limits)
    }

    private func setRules(
        _ request: HTTPRequest,
        until deadline: ContinuousClock.Instant,
        _ limits: CurlExchange.Limits,
    ) {
        let time = deadline - .now
        self.keepDetail()
        self.set(CURLOPT_NOSIGNAL, true)
        // A name that never resolves must not hold up the I/O thread when its request times out.
        self.set(CURLOPT_QUICK_EXIT, true)
        self.set(CURLOPT_TIMEOUT_MS, time.wholeMilliseconds)
        self.set(
            CURLOPT_CONNECTTIMEOUT_MS,
            min(time, limits.connectTimeout).wholeMilliseconds,
        )
        if request.connection.roundRobinDNS {
            self.set(CURLOPT_DNS_CACHE_TIMEOUT, 0)
            self.set(CURLOPT_DNS_SHUFFLE_ADDRESSES, true)
        } else {
            self.set(CURLOPT_DNS_CACHE_TIMEOUT, Int(limits.nameCache.components.seconds))
        }
        self.set(CURLOPT_MAXAGE_CONN, Int(limits.idleTime.components.seconds))
        self.set(CURLOPT_TCP_KEEPALIVE, true)
        self.set(CURLOPT_TCP_KEEPIDLE, Self.keepAliveSeconds)
        self.set(CURLOPT_TCP_KEEPINTVL, Self.keepAliveSeconds)
        // The kernel's own patience is a quarter of an hour, and requests of HTTP/2 would join those
        // that wait on a connection that is dead.
        self.giveUpDeadPeers(after: Self.deadPeerMilliseconds)
    }

    private func setTarget(
        _ url: String,
        _ connection: HTTPConnectionSettings,
        _ limits: CurlExchange.Limits,
    ) {
        self.set(CURLOPT_PROTOCOLS_STR, "http,https")
        self.set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
        self.set(CURLOPT_FOLLOWLOCATION, connection.followRedirects)
        self.set(CURLOPT_MAXREDIRS, limits.redirects)
        if let path = connection.unixSocket { self.set(CURLOPT_UNIX_SOCKET_PATH, path) }
        let version = connection.enableHTTP2 ? ccurl_http_2_tls : ccurl_http_1_1
        self.set(CURLOPT_HTTP_VERSION, version)
        self.set(CURLOPT_URL, url)
        guard let name = connection.tls.serverName, url.isSecureURL else { return }
        // Libcurl sends and verifies the URL's host, so the name takes its place there, and the
        // real host is where the connection goes.
        guard let parts = URLParts(url), let renamed = parts.url(withHost: name) else {
            return
        }
        self.set(CURLOPT_URL, renamed)
        self.set(CURLOPT_CONNECT_TO, lines: ["\(name):\(parts.port):\(parts.place)"])
    }

    private func setProxy(_ proxy: RequestMaterial.Proxy?) {
        // Empty texts, because without them libcurl asks the environment.
        self.set(CURLOPT_PROXY, proxy?.url ?? "")
        self.set(CURLOPT_NOPROXY, "")
        guard let proxy else { return }
        self.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, true)
        self.set(CURLOPT_PROXYHEADER, lines: proxy.connectHeaders.map(\.line))
    }

    private func setBody(_ request: HTTPRequest, _ limits: CurlExchange.Limits) {
        if request.body == nil, request.method == .get { return }
        self.set(CURLOPT_POST, true)
        self.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        guard let body = request.body else {
            self.set(CURLOPT_POSTFIELDSIZE_LARGE, size: 0)
            unsafe self.set(CURLOPT_POSTFIELDS, address: nil)
            return
        }
        self.set(CURLOPT_UPLOAD_BUFFERSIZE, limits.uploadBufferBytes)
        self.set(CURLOPT_POSTFIELDSIZE_LARGE, size: body.bytes.count)
        // The transfer keeps the payload, and nobody changes it before the exchange has returned.
        unsafe body.bytes.withUnsafeBytes { bytes in
            unsafe self.set(CURLOPT_POSTFIELDS, address: bytes.baseAddress)
        }
    }

    private func setAnswer(to transfer: CurlTransfer, _ limits: CurlExchange.Limits) {
        // Refused while the handle still has a buffer, as after HTTP/2; reads are smaller then.
        self.prefer(CURLOPT_BUFFERSIZE, limits.receiveBufferBytes)
        let context = unsafe UnsafeRawPointer(Unmanaged.passUnretained(transfer).toOpaque())
        unsafe self.set(CURLOPT_PRIVATE, address: context)
        unsafe self.set(CURLOPT_WRITEDATA, address: context)
        unsafe self.set(CURLOPT_HEADERDATA, address: context)
        unsafe self.set(CURLOPT_WRITEFUNCTION) { data, size, count, context in
            guard let data = unsafe data, let context = unsafe context else { return 0 }
            let transfer = unsafe Unmanaged<CurlTransfer>.fromOpaque(context)
                .takeUnretainedValue()
            let bytes = unsafe UnsafeRawPointer(data).assumingMemoryBound(to: UInt8.self)
            let span = unsafe Span(_unsafeStart: bytes, count: size * count)
            return transfer.received(body: span)
        }
        unsafe self.set(CURLOPT_HEADERFUNCTION) { data, size, count, context in
            guard let data = unsafe data, let context = unsafe context else { return 0 }
            let transfer = unsafe Unmanaged<CurlTransfer>.fromOpaque(context)
                .takeUnretainedValue()
            let bytes = unsafe UnsafeRawPointer(data).assumingMemoryBound(to: UInt8.self)
            let span = unsafe Span(_unsafeStart: bytes, count: size * count)
            return transfer.received(header: span) ? size * count : 0
        }
    }
}

extension HTTPRequest {
    /// Whether any part of the way, redirects included, may need TLS.
    fileprivate var mayUseTLS: Bool {
        self.url.isSecureURL || self.connection.followRedirects
            || self.connection.proxy?.plain?.isSecureURL == true
    }
}

extension Duration {
    /// Milliseconds, at least 1: to libcurl 0 means no limit at all.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = self.components
        let whole = min(max(seconds, 0), 1_000_000)
        return max(Int(whole) * 1000 + Int(attoseconds / 1_000_000_000_000_000), 1)
    }
}
