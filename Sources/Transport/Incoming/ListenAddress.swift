/// An address to listen on, as configured.
enum ListenAddress: Equatable {
    /// A name or number, without brackets, and a port.
    case host(String, port: Int)
    /// Every interface, IPv4 and IPv6.
    case everywhere(port: Int)
    case unix(path: String)

    /// The longest path that fits `sockaddr_un` with its final zero.
    private static let pathLimit = 107

    /// Reads `host:port`, `[ipv6]:port`, `:port` or `unix:/path`.
    ///
    /// - Throws: `badAddress` with the expected form.
    init(_ text: String) throws(HTTPServerFailure) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            guard path.hasPrefix("/"), path.utf8.count <= Self.pathLimit else {
                throw Self.failure(
                    text,
                    "expected unix:/absolute/path of at most \(Self.pathLimit) bytes",
                )
            }
            self = .unix(path: path)
            return
        }
        guard let colon = text.lastIndex(of: ":"),
            let port = Int(text[text.index(after: colon)...]), (0...65535).contains(port)
        else {
            throw Self.failure(text, "expected host:port with a port from 0 to 65535")
        }
        let host = text[..<colon]
        if host.isEmpty {
            self = .everywhere(port: port)
        } else if host.hasPrefix("["), host.hasSuffix("]"), host.contains(":") {
            self = .host(String(host.dropFirst().dropLast()), port: port)
        } else if host.contains(where: { ":[]".contains($0) }) {
            throw Self.failure(text, "an IPv6 address goes in brackets: [::1]:9470")
        } else {
            self = .host(String(host), port: port)
        }
    }

    /// The address as it is written in the configuration.
    var text: String {
        switch self {
        case .host(let host, let port):
            host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .everywhere(let port): ":\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }

    private static func failure(_ text: String, _ message: String) -> HTTPServerFailure {
        HTTPServerFailure(code: .badAddress, address: text, message: message)
    }
}
