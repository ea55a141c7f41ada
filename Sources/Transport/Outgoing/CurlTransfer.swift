import Bytes
import CCurl
import Pipeline
import Synchronization

/// One exchange under way.
///
/// Whoever sends it fills it in; from `CurlLoop.start` on only the I/O thread touches it, except
/// for the atomic flag.
final class CurlTransfer {
    let request: HTTPRequest
    let credentials: HTTPCredentials
    let isCancelled = Atomic<Bool>(false)
    var continuation: CheckedContinuation<CurlLoop.Outcome, Never>?

    /// Set while the transfer is libcurl's.
    var handle: CurlHandle?
    /// The final answer's header fields so far.
    var headers = HTTPHeaderLines(limit: 0)
    /// The answer's body so far.
    let body: Payload
    /// Which limit ended the transfer.
    var overflow: Overflow?

    enum Overflow {
        case headers
        case body
    }

    init(_ request: HTTPRequest, _ credentials: HTTPCredentials) {
        self.request = request
        self.credentials = credentials
        self.body = request.reusing ?? Payload()
        self.body.bytes.removeAll()
    }

    /// The transfer that `easy` carries.
    static func of(_ easy: UnsafeMutableRawPointer) -> CurlTransfer? {
        var context: UnsafeMutableRawPointer?
        _ = unsafe ccurl_get_pointer(easy, CURLINFO_PRIVATE, &context)
        guard let context = unsafe context else { return nil }
        return unsafe Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
    }

    /// Takes a line of the answer's head; false ends the transfer.
    func received(header line: borrowing Span<UInt8>) -> Bool {
        if HTTPHeaderLines.isStatusLine(line) { self.body.bytes.removeAll() }
        if self.headers.take(line) { return true }
        self.overflow = .headers
        return false
    }

    /// Takes inflated bytes of the answer's body; false ends the transfer.
    func received(body bytes: borrowing Span<UInt8>) -> Bool {
        if bytes.count > self.request.responseLimit - self.body.bytes.count {
            self.overflow = .body
            return false
        }
        self.body.bytes.append(bytes)
        return true
    }
}

// Handed over under the inbox's lock and given back by the continuation; see above.
extension CurlTransfer: @unchecked Sendable {}
