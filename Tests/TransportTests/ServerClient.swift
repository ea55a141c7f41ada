import Synchronization

/// A client that speaks to a server byte by byte; it waits on threads of its own, since a test
/// that blocks would take the server's.
final class ServerClient: Sendable {
    let connection: RawConnection
    private let rest = Mutex([UInt8]())

    /// Connects to a port on loopback.
    init(port: Int) {
        self.connection = RawConnection(port: port)
    }

    deinit {
        self.connection.close()
    }

    func send(_ text: String) async {
        await onThread { self.connection.send(text) }
    }

    /// The next answer; nil when the server has closed or says nothing for ten seconds.
    func answer(hasBody: Bool = true) async -> (head: String, body: String)? {
        await onThread {
            self.rest.withLock { rest in
                guard let message = self.connection.message(&rest, hasBody: hasBody) else {
                    return nil
                }
                return (message.head, String(decoding: message.body, as: UTF8.self))
            }
        }
    }

    /// Everything until the server closes.
    func readAll() async -> String {
        await onThread { self.connection.readAll() }
    }

    func closeOutput() { self.connection.closeOutput() }
}

/// Runs `body` on a thread of its own.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        RawSocket.runThread { continuation.resume(returning: body()) }
    }
}
