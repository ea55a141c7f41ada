import Bytes

/// What `/etc/resolv.conf` says.
///
/// Source: resolv.conf(5); miekg/dns, `clientconfig.go`, whose way with names Prometheus has.
package struct ResolverConfiguration: Sendable, Hashable {
    /// The most servers that are asked.
    package static let serverLimit = 8
    /// The most domains that are searched.
    package static let searchLimit = 32

    /// Addresses of name servers, in the order they are asked.
    package var servers: [String] = []
    /// Domains that are tried behind a name.
    package var search: [String] = []
    /// The dots from which on a name is tried as it is first.
    package var dots = 1

    /// Reads the file's bytes; lines that mean nothing are skipped.
    package init(_ bytes: borrowing Span<UInt8>) {
        var start = 0
        while start < bytes.count {
            let end = bytes.firstOffset(of: UInt8(ascii: "\n"), from: start) ?? bytes.count
            self.take(bytes.extracting(start..<end).text)
            start = end + 1
        }
    }

    private mutating func take(_ line: String) {
        // A name server's address can hold neither mark, so what follows one is a comment.
        let text = line.prefix { $0 != "#" && $0 != ";" }
        let words = text.split { $0 == " " || $0 == "\t" || $0 == "\r" }.map(String.init)
        guard let keyword = words.first, words.count > 1 else { return }
        switch keyword {
        case "nameserver":
            if self.servers.count < Self.serverLimit { self.servers.append(words[1]) }
        case "domain":
            self.search = [words[1]]
        case "search":
            self.search = Array(words.dropFirst().prefix(Self.searchLimit))
        case "options":
            for option in words.dropFirst() where option.hasPrefix("ndots:") {
                if let dots = Int(option.dropFirst(6)) { self.dots = min(max(dots, 0), 15) }
            }
        default: break
        }
    }

    /// The names to ask for in turn, each with a dot at its end.
    package func candidates(for name: String) -> [String] {
        if name.hasSuffix(".") { return [name] }
        let labels = name.utf8.count { $0 == UInt8(ascii: ".") } + 1
        let whole = name + "."
        let searched = self.search.map { domain in
            let dotted = domain.hasSuffix(".") ? domain : domain + "."
            return dotted == "." ? whole : whole + dotted
        }
        return labels > self.dots ? [whole] + searched : searched + [whole]
    }
}
