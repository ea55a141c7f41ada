import CCurl
import Glibc
import Pipeline

extension HTTPFailure {
    /// The transport takes no more requests.
    static var stopped: HTTPFailure {
        HTTPFailure(.cancelled, "the transport has been shut down")
    }

    /// The caller gave up.
    static func cancelled(_ request: HTTPRequest) -> HTTPFailure {
        HTTPFailure(.cancelled, "\(Self.subject(request)): cancelled by the caller")
    }

    /// The taker of pieces returned false.
    static func notWanted(_ request: HTTPRequest) -> HTTPFailure {
        HTTPFailure(
            .cancelled,
            "\(Self.subject(request)): whoever takes the answer has had enough",
        )
    }

    /// The time was over before a transfer was free.
    static func noTurn(_ request: HTTPRequest, _ running: Int) -> HTTPFailure {
        HTTPFailure(
            .timeout,
            "\(Self.subject(request)): no turn within \(request.timeout), with \(running) requests"
                + " under way, which is the limit; allow more time or ask for less at once",
        )
    }

    /// What libcurl's `code` means to who sent the request.
    init(_ code: CURLcode, of transfer: CurlTransfer, on handle: CurlHandle) {
        let request = transfer.request
        let subject =
            Self.subject(request, at: handle.effectiveURL)
            + (transfer.material.proxy.map { " through the proxy \(Self.place(of: $0))" } ?? "")
        let kind = Self.kind(of: code, transfer, handle)
        let words = Self.explanation(kind, code, transfer, handle)
        self.init(kind, "\(subject): \(words)")
    }

    /// Method, host and port; no path and no query, which may hold secrets.
    private static func subject(_ request: HTTPRequest, at url: String? = nil) -> String {
        let place =
            if let path = request.connection.unixSocket {
                "unix socket \(path)"
            } else if let parts = url.flatMap({ URLParts($0) }) ?? URLParts(request.url) {
                parts.place
            } else {
                "an unreadable URL"
            }
        return "\(request.method.rawValue) to \(place)"
    }

    private static func place(of proxy: RequestMaterial.Proxy) -> String {
        URLParts(proxy.url)?.place ?? "with a bad URL"
    }

    private static func kind(
        of code: CURLcode,
        _ transfer: CurlTransfer,
        _ handle: CurlHandle,
    ) -> Code {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            .resolve
        case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED, CURLE_PROXY:
            .connect
        case CURLE_RECV_ERROR where handle.tunnelStatus >= 300:
            .connect
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_CIPHER, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CRL_BADFILE,
            CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT,
            CURLE_USE_SSL_FAILED, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED:
            .tls
        case CURLE_OPERATION_TIMEDOUT:
            .timeout
        case CURLE_WRITE_ERROR:
            Self.kind(of: transfer.refusal)
        case CURLE_FILESIZE_EXCEEDED:
            .tooLarge
        case CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING,
            CURLE_HTTP2, CURLE_HTTP2_STREAM, CURLE_SEND_FAIL_REWIND:
            .cut
        case CURLE_UNSUPPORTED_PROTOCOL where handle.detail.contains("HTTP"):
            // The answer's protocol, not the URL's.
            .other
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_FUNCTION_ARGUMENT,
            CURLE_UNKNOWN_OPTION, CURLE_NOT_BUILT_IN:
            .badRequest
        default:
            .other
        }
    }

    private static func kind(of refusal: CurlTransfer.Refusal?) -> Code {
        switch refusal {
        case .headers, .body(.tooLarge): .tooLarge
        case .body(.damaged), .body(.encoding), nil: .other
        }
    }

    private static func explanation(
        _ kind: Code,
        _ code: CURLcode,
        _ transfer: CurlTransfer,
        _ handle: CurlHandle,
    ) -> String {
        let plain = unsafe String(cString: curl_easy_strerror(code))
        let detail = handle.detail.isEmpty ? plain : handle.detail
        switch kind {
        case .resolve:
            let whose = code == CURLE_COULDNT_RESOLVE_PROXY ? "the proxy's name" : "the name"
            return "can't resolve \(whose); check it in the configuration, and this machine's DNS"
        case .connect where handle.tunnelStatus >= 300:
            return "the proxy gives no tunnel (status \(handle.tunnelStatus)); check its user and"
                + " password, and what it lets through"
        case .connect:
            let number = handle.systemError
            let reason = number == 0 ? detail : unsafe String(cString: strerror(number))
            return "can't connect (\(reason)); check that something listens there and that no"
                + " firewall or network policy is in the way"
        case .tls:
            return "no TLS connection (\(detail)); check the certificate files, the server's name"
                + " and that the port speaks TLS"
        case .timeout:
            return "no whole answer within \(transfer.request.timeout) (\(detail)); check"
                + " the way to the server and its load, or allow more time"
        case .tooLarge:
            if case .headers = transfer.refusal {
                return "the answer's header fields pass the limit"
            }
            return "the answer is above the limit of \(transfer.request.responseLimit) bytes"
        case .cut:
            return "the connection broke before the answer was whole (\(detail))"
        case .badRequest:
            return "the request can't be sent (\(plain)); check the URL and the proxy's URL"
        case .cancelled, .other:
            return Self.remark(on: transfer.refusal) ?? Self.remark(on: code) ?? plain
        }
    }

    private static func remark(on refusal: CurlTransfer.Refusal?) -> String? {
        switch refusal {
        case .body(.damaged):
            "the answer's compressed body is damaged or ends too early"
        case .body(.encoding(let encoding)):
            "the answer's body is encoded as '\(encoding.prefix(40))', where gzip was asked for"
        case .body(.tooLarge), .headers, nil:
            nil
        }
    }

    private static func remark(on code: CURLcode) -> String? {
        switch code {
        case CURLE_TOO_MANY_REDIRECTS:
            "too many redirects; check the URL"
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY:
            "the answer is not HTTP; check the port"
        default:
            nil
        }
    }
}
