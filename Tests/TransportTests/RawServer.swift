import Glibc
import Synchronization

/// A server of a few lines, whose every byte a test decides: one thread a connection.
final class RawServer: Sendable {
    private let listener: CInt
    private let seen = Seen()
    /// The port on loopback; 0 for a unix socket.
    let port: Int

    /// Where requests go.
    var url: String { "http://127.0.0.1:\(self.port)" }

    /// How many connections were accepted.
    var connections: Int { self.seen.state.withLock { $0.connections } }

    /// The heads of the requests read so far.
    var heads: [String] { self.seen.state.withLock { $0.heads } }

    /// Listens on loopback, or on a unix socket, and runs `script` for each connection.
    init(
        path: String? = nil,
        everywhere: Bool = false,
        _ script: @escaping @Sendable (RawConnection) -> Void,
    ) {
        let listener = RawSocket.listen(path: path, everywhere: everywhere)
        self.listener = listener
        self.port = path == nil ? RawSocket.port(of: listener) : 0
        let seen = self.seen
        RawSocket.runThread {
            while true {
                let descriptor = accept(listener, nil, nil)
                if descriptor < 0 {
                    close(listener)
                    return
                }
                _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
                seen.state.withLock { $0.connections += 1 }
                RawSocket.runThread {
                    script(RawConnection(descriptor: descriptor, seen: seen))
                    close(descriptor)
                }
            }
        }
    }

    /// Answers each request of each connection with what `answer` writes.
    static func serving(
        path: String? = nil,
        everywhere: Bool = false,
        _ answer: @escaping @Sendable (RawConnection, _ head: String, _ body: [UInt8]) -> Void,
    ) -> RawServer {
        RawServer(path: path, everywhere: everywhere) { connection in
            while let (head, body) = connection.request() { answer(connection, head, body) }
        }
    }

    deinit {
        // The thread closes it: a closed number may be another's before the thread has noticed.
        shutdown(self.listener, CInt(SHUT_RDWR))
    }

    /// What the server's threads have seen.
    final class Seen: Sendable {
        struct State {
            var connections = 0
            var heads: [String] = []
        }

        let state = Mutex(State())
    }
}

/// One end of a connection, with blocking reads and writes.
struct RawConnection: Sendable {
    let descriptor: CInt
    var seen = RawServer.Seen()

    /// Connects to a port on loopback.
    init(port: Int) {
        self.descriptor = RawSocket.connect(port: port)
    }

    init(descriptor: CInt, seen: RawServer.Seen) {
        self.descriptor = descriptor
        self.seen = seen
    }

    /// Reads one request up to the end of its head, and its body by `Content-Length`.
    ///
    /// - Returns: head and body; nil when the peer has gone.
    func request() -> (head: String, body: [UInt8])? {
        var rest: [UInt8] = []
        guard let message = self.message(&rest) else { return nil }
        self.seen.state.withLock { $0.heads.append(message.head) }
        return message
    }

    /// Reads one message; what was read beyond it is left in `rest`.
    func message(_ rest: inout [UInt8], hasBody: Bool = true) -> (head: String, body: [UInt8])? {
        var headEnd = rest.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound
        while headEnd == nil {
            guard let more = self.read() else { return nil }
            rest += more
            headEnd = rest.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound
        }
        guard let headEnd else { return nil }
        let head = String(decoding: rest[..<headEnd], as: UTF8.self)
        let field = head.lowercased().split(separator: "\r\n").first {
            $0.hasPrefix("content-length:")
        }
        let length = hasBody ? field.flatMap { Int($0.drop { !$0.isNumber }) } ?? 0 : 0
        while rest.count < headEnd + length {
            guard let more = self.read() else { return nil }
            rest += more
        }
        let body = Array(rest[headEnd..<headEnd + length])
        rest.removeFirst(headEnd + length)
        return (head, body)
    }

    /// What has arrived; nil at the end or after ten seconds of nothing.
    func read() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = unsafe Glibc.read(self.descriptor, &buffer, buffer.count)
        return count > 0 ? Array(buffer[..<count]) : nil
    }

    func close() { _ = Glibc.close(self.descriptor) }

    /// Closes the sending side.
    func closeOutput() { _ = shutdown(self.descriptor, CInt(SHUT_WR)) }

    /// Everything up to the end; says so when that did not come within ten seconds.
    func readAll() -> String {
        var bytes: [UInt8] = []
        errno = 0
        while let more = self.read() { bytes += more }
        if errno == EAGAIN { bytes += Array("<still open after ten seconds>".utf8) }
        return String(decoding: bytes, as: UTF8.self)
    }

    func send(_ text: String) { self.send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let rest = Array(bytes[sent...])
            let count = unsafe Glibc.send(
                self.descriptor,
                rest,
                rest.count,
                CInt(MSG_NOSIGNAL),
            )
            if count <= 0 { return }
            sent += count
        }
    }

    /// A whole answer that leaves the connection open.
    func answer(status: String = "200 OK", headers: [String] = [], _ body: [UInt8]) {
        let fields = headers.map { "\($0)\r\n" }.joined()
        let head = "HTTP/1.1 \(status)\r\nContent-Length: \(body.count)\r\n\(fields)\r\n"
        self.send(Array(head.utf8) + body)
    }

    func answer(status: String = "200 OK", headers: [String] = [], _ body: String) {
        self.answer(status: status, headers: headers, Array(body.utf8))
    }
}
