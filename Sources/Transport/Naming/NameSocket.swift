import CLinux
import Glibc
import Pipeline

/// One query over one blocking socket; for a thread of its own.
enum NameSocket {
    /// The most bytes of a datagram, and of a message over a connection.
    private static let messageLimit = 65_535

    /// Sends the query and waits for its answer, for `timeout` at most.
    static func ask(
        _ query: [UInt8],
        _ server: NameServer,
        _ way: NameTransport,
        _ timeout: Duration,
    ) -> Result<[UInt8], NameFailure> {
        let end = SystemClock().monotonicNanoseconds + timeout.nanoseconds
        do throws(NameFailure) {
            let descriptor = unsafe clinux_connect(
                server.address,
                server.port,
                way == .stream ? 1 : 0,
            )
            if descriptor < 0 { throw Self.failure("connect", -descriptor) }
            let socket = Connection(descriptor: descriptor, end: end)
            defer { close(descriptor) }
            switch way {
            case .datagram: return .success(try Self.exchange(query, socket))
            case .stream: return .success(try Self.exchangeFramed(query, socket))
            }
        } catch {
            return .failure(NameFailure("\(server): \(error)"))
        }
    }

    private static func exchange(
        _ query: [UInt8],
        _ socket: Connection,
    ) throws(NameFailure) -> [UInt8] {
        try socket.send(query)
        while true {
            let answer = try socket.receive(atMost: Self.messageLimit)
            // Anything else is a late answer to an earlier query, or a forged one.
            if Self.isAnswer(answer, to: query) { return answer }
        }
    }

    private static func exchangeFramed(
        _ query: [UInt8],
        _ socket: Connection,
    ) throws(NameFailure) -> [UInt8] {
        try socket.waitUntilConnected()
        try socket.send([UInt8(query.count >> 8), UInt8(truncatingIfNeeded: query.count)] + query)
        let head = try socket.receive(exactly: 2)
        let answer = try socket.receive(exactly: Int(head[0]) << 8 | Int(head[1]))
        guard Self.isAnswer(answer, to: query) else {
            throw NameFailure("expected the answer to the query, found another message")
        }
        return answer
    }

    private static func isAnswer(_ answer: [UInt8], to query: [UInt8]) -> Bool {
        answer.count >= 12 && answer[..<2] == query[..<2]
    }

    fileprivate static func failure(_ call: StaticString, _ code: Int32) -> NameFailure {
        let reason = unsafe clinux_error_text(code).map { unsafe String(cString: $0) }
        return NameFailure("\(call): \(reason ?? "error \(code)")")
    }
}

/// A socket with the time by which everything has to be done, in monotonic nanoseconds.
private struct Connection {
    let descriptor: Int32
    let end: Int64

    func waitUntilConnected() throws(NameFailure) {
        try self.wait(for: POLLOUT)
        let code = clinux_connect_result(self.descriptor)
        if code != 0 { throw NameSocket.failure("connect", code) }
    }

    func send(_ bytes: [UInt8]) throws(NameFailure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            try self.wait(for: POLLOUT)
            let count = unsafe rest.withUnsafeBytes { bytes in
                unsafe clinux_send(self.descriptor, bytes.baseAddress, UInt(bytes.count))
            }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else {
                try Self.pass(count, "send")
            }
        }
    }

    func receive(exactly count: Int) throws(NameFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let chunk = try self.receive(atMost: count - bytes.count)
            if chunk.isEmpty {
                throw NameFailure("expected an answer, found the connection closed")
            }
            bytes += chunk
        }
        return bytes
    }

    func receive(atMost limit: Int) throws(NameFailure) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: limit)
        while true {
            try self.wait(for: POLLIN)
            let count = unsafe clinux_receive(self.descriptor, &buffer, UInt(limit))
            if count >= 0 { return Array(buffer[..<count]) }
            try Self.pass(count, "receive")
        }
    }

    /// Lets errors pass that mean "once more".
    private static func pass(_ count: Int, _ call: StaticString) throws(NameFailure) {
        let code = Int32(-count)
        if code != EAGAIN, code != EINTR { throw NameSocket.failure(call, code) }
    }

    private func wait(for events: Int32) throws(NameFailure) {
        while true {
            let left = self.end - SystemClock().monotonicNanoseconds
            if left <= 0 { throw NameFailure("no answer in time") }
            var entry = pollfd(fd: self.descriptor, events: Int16(events), revents: 0)
            let count = unsafe poll(&entry, 1, Int32(clamping: left / 1_000_000 + 1))
            if count > 0 { return }
            if count < 0, errno != EINTR { throw NameSocket.failure("poll", errno) }
        }
    }
}
