/// URLs that lead nowhere but to this machine, whatever a name server says.
package enum LoopbackURL {
    /// Whether a URL's host means the machine itself.
    package static func matches(_ url: String) -> Bool {
        guard let start = url.firstRange(of: "://")?.upperBound else { return false }
        let authority = url[start...].prefix { $0 != "/" && $0 != "?" }
        if authority.hasPrefix("[") {
            let address = authority.dropFirst().prefix { $0 != "]" }
            return address == "::1" || address.lowercased().hasPrefix("::ffff:127.")
        }
        let host = authority.prefix { $0 != ":" }.lowercased()
        if host == "localhost" || host.hasSuffix(".localhost") { return true }
        return host.hasPrefix("127.") && host.utf8.allSatisfy { $0 == 0x2e || $0 &- 0x30 <= 9 }
    }
}
