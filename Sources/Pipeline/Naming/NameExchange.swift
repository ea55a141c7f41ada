/// Asks name servers; the transport is injected so that nothing above it opens a socket.
package protocol NameExchange: Sendable {
    /// Sends one query to one server and returns the message that answers it.
    ///
    /// Only a message with the query's own first two bytes, its number, is taken. Cancelling the
    /// task throws `NameFailure` at once.
    func send(
        _ query: [UInt8],
        to server: NameServer,
        over way: NameTransport,
        timeout: Duration,
    ) async throws(NameFailure) -> [UInt8]
}

/// How a name server is spoken to.
package enum NameTransport: Sendable, Hashable {
    /// One datagram each way.
    case datagram
    /// A connection, for answers that do not fit one.
    case stream
}

/// Where a name server is.
package struct NameServer: Sendable, Hashable, CustomStringConvertible {
    /// The usual port.
    package static let defaultPort: UInt16 = 53

    /// An IPv4 or IPv6 address.
    package let address: String
    /// The port.
    package let port: UInt16

    /// Names a server.
    package init(_ address: String, port: UInt16 = NameServer.defaultPort) {
        self.address = address
        self.port = port
    }

    /// Reads `ADDRESS`, `ADDRESS:PORT` or `[IPV6]:PORT`; nil when the port is none.
    package init?(parsing text: String) {
        var address = text
        var port: UInt16? = Self.defaultPort
        if text.hasPrefix("[") {
            guard let close = text.firstIndex(of: "]") else { return nil }
            let rest = text[text.index(after: close)...]
            address = String(text[..<close].dropFirst())
            if !rest.isEmpty { port = rest.first == ":" ? UInt16(rest.dropFirst()) : nil }
        } else if text.count(where: { $0 == ":" }) == 1, let colon = text.firstIndex(of: ":") {
            address = String(text[..<colon])
            port = UInt16(text[colon...].dropFirst())
        }
        guard !address.isEmpty, let port, port > 0 else { return nil }
        self.init(address, port: port)
    }

    package var description: String {
        self.address.contains(":")
            ? "[\(self.address)]:\(self.port)" : "\(self.address):\(self.port)"
    }
}

/// Why a name server gave no answer.
package struct NameFailure: Error, Sendable, CustomStringConvertible {
    /// What happened, for a person.
    package let description: String

    /// Describes a failure.
    package init(_ description: String) { self.description = description }
}
