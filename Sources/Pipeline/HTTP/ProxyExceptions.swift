import Glibc

/// What is reached without a proxy: the notation of `no_proxy` and `NO_PROXY`.
///
/// Hosts and domains, with or without a port, addresses, and blocks of addresses (CIDR), separated
/// by commas; `*` is everything. `example.com` means that host and those below it, `.example.com`
/// only those below. This machine, as `localhost` or a loopback address, never has a proxy.
/// Source: golang.org/x/net/http/httpproxy.
package struct ProxyExceptions: Sendable, Hashable {
    private struct Domain: Sendable, Hashable {
        /// Starts with a dot.
        let suffix: String
        let includesItself: Bool
        let port: Int?
    }

    private struct Block: Sendable, Hashable {
        let address: IPAddress
        let bits: Int
        let port: Int?
    }

    private var isEverything = false
    private var domains: [Domain] = []
    private var blocks: [Block] = []

    /// Reads the list; what is no entry is passed over, as Go does.
    package init(_ text: String) {
        // By scalars: a comma before a combining mark is a comma all the same.
        for part in text.unicodeScalars.split(separator: ",") {
            let entry = String(String.UnicodeScalarView(part.filter { $0 != " " && $0 != "\t" }))
                .lowercased()
            if entry == "*" {
                self.isEverything = true
            } else if !entry.isEmpty {
                self.add(entry)
            }
        }
    }

    /// Whether a host, without brackets, is on the list, or is this machine.
    package func matches(host: String, port: Int) -> Bool {
        let host = host.lowercased()
        let address = IPAddress(host)
        if host == "localhost" || address?.isLoopback == true || self.isEverything { return true }
        if let address {
            return self.blocks.contains { block in
                (block.port ?? port) == port && block.address.shares(block.bits, with: address)
            }
        }
        return self.domains.contains { domain in
            (domain.port ?? port) == port
                && (host.hasSuffix(domain.suffix)
                    || domain.includesItself && host == domain.suffix.dropFirst())
        }
    }

    private mutating func add(_ entry: String) {
        if let slash = entry.lastIndex(of: "/") {
            guard let address = IPAddress(String(entry[..<slash])),
                let bits = Int(entry[entry.index(after: slash)...]), bits >= 0,
                bits <= address.bitWidth
            else { return }
            self.blocks.append(Block(address: address, bits: bits, port: nil))
            return
        }
        let (host, port) = Self.split(entry)
        if let address = IPAddress(host) {
            self.blocks.append(Block(address: address, bits: address.bitWidth, port: port))
            return
        }
        let name = host.hasPrefix("*.") ? String(host.dropFirst()) : host
        if name.isEmpty { return }
        let isSuffix = name.hasPrefix(".")
        self.domains.append(
            Domain(suffix: isSuffix ? name : ".\(name)", includesItself: !isSuffix, port: port)
        )
    }

    /// Host and port of `host`, `host:port`, `[v6]`, `[v6]:port` or `v6`.
    private static func split(_ entry: String) -> (host: String, port: Int?) {
        if entry.hasPrefix("["), let end = entry.firstIndex(of: "]") {
            let host = String(entry[entry.index(after: entry.startIndex)..<end])
            let rest = entry[entry.index(after: end)...]
            return (host, rest.hasPrefix(":") ? Int(rest.dropFirst()) : nil)
        }
        guard let colon = entry.firstIndex(of: ":"), colon == entry.lastIndex(of: ":"),
            let port = Int(entry[entry.index(after: colon)...])
        else { return (entry, nil) }
        return (String(entry[..<colon]), port)
    }
}

/// An address of either family; IPv4 addresses that are mapped into IPv6 are IPv4 addresses.
struct IPAddress: Sendable, Hashable {
    /// 4 or 16 bytes.
    private let bytes: [UInt8]

    /// Reads an address as text; nil when it is none.
    init?(_ text: String) {
        var buffer = [UInt8](repeating: 0, count: 16)
        if unsafe inet_pton(AF_INET, text, &buffer) == 1 {
            self.bytes = Array(buffer[..<4])
        } else if unsafe inet_pton(AF_INET6, text, &buffer) == 1 {
            let isMapped = buffer[..<10].allSatisfy { $0 == 0 } && buffer[10] & buffer[11] == 255
            self.bytes = isMapped ? Array(buffer[12...]) : buffer
        } else {
            return nil
        }
    }

    var bitWidth: Int { self.bytes.count * 8 }

    var isLoopback: Bool {
        self.bytes.count == 4
            ? self.bytes[0] == 127
            : self.bytes[15] == 1 && self.bytes[..<15].allSatisfy { $0 == 0 }
    }

    /// Whether the first `bits` bits are the same in both.
    func shares(_ bits: Int, with other: IPAddress) -> Bool {
        if self.bytes.count != other.bytes.count { return false }
        for index in 0..<bits / 8 where self.bytes[index] != other.bytes[index] { return false }
        let rest = bits % 8
        if rest == 0 { return true }
        return (self.bytes[bits / 8] ^ other.bytes[bits / 8]) >> UInt8(8 - rest) == 0
    }
}
