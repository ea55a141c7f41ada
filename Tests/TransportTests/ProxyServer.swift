import Glibc

/// A proxy of a few lines: tunnels by `CONNECT`, and passes nothing else on.
final class ProxyServer: Sendable {
    let server: RawServer

    var url: String { self.server.url }
    var heads: [String] { self.server.heads }

    /// - Parameter authorization: The `Proxy-Authorization` that is wanted, if any.
    init(authorization: String? = nil) {
        self.server = RawServer { connection in
            guard let (head, _) = connection.request() else { return }
            let line = head.split(separator: " ")
            let isKnown = authorization.map { head.contains("Proxy-Authorization: \($0)\r\n") }
            guard line.first == "CONNECT", isKnown != false,
                let port = line[1].split(separator: ":").last.flatMap({ Int($0) })
            else {
                connection.send("HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n")
                return
            }
            let other = RawConnection(port: port)
            connection.send("HTTP/1.1 200 Go\r\nX-Proxy: yes\r\n\r\n")
            RawSocket.runThread {
                while let bytes = other.read() { connection.send(bytes) }
                connection.closeOutput()
            }
            while let bytes = connection.read() { other.send(bytes) }
            other.closeOutput()
        }
    }
}
