/// A request's target taken apart: RFC 9112 §3.2, in origin or absolute form.
struct RequestTarget {
    /// The path before `?`, percent-decoded.
    let path: String
    /// The query's pairs in order, percent-decoded, `+` as a blank.
    let query: [(name: String, value: String)]

    /// Takes a target apart; nil when an escape is not two hexadecimal digits, or the text is not
    /// UTF-8, or it is no path.
    init?(_ target: String) {
        var rest = Substring(target)
        for scheme in ["http://", "https://"] where rest.hasPrefix(scheme) {
            rest = rest.dropFirst(scheme.count).drop { $0 != "/" && $0 != "?" }
            if rest.first != "/" { rest = "/" + rest }
        }
        guard rest.hasPrefix("/") || rest == "*" else { return nil }
        let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let path = Self.decode(parts[0], plusIsBlank: false) else { return nil }
        var query: [(name: String, value: String)] = []
        if parts.count == 2 {
            for pair in parts[1].split(separator: "&") {
                let sides = pair.split(
                    separator: "=",
                    maxSplits: 1,
                    omittingEmptySubsequences: false,
                )
                guard let name = Self.decode(sides[0], plusIsBlank: true),
                    let value = sides.count == 2
                        ? Self.decode(sides[1], plusIsBlank: true) : ""
                else { return nil }
                query.append((name, value))
            }
        }
        self.path = path
        self.query = query
    }

    private static func decode(_ text: Substring, plusIsBlank: Bool) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var iterator = text.utf8.makeIterator()
        while let byte = iterator.next() {
            if byte == UInt8(ascii: "%") {
                guard let high = Self.digit(iterator.next()), let low = Self.digit(iterator.next())
                else { return nil }
                bytes.append(high << 4 | low)
            } else if byte == UInt8(ascii: "+"), plusIsBlank {
                bytes.append(UInt8(ascii: " "))
            } else {
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8?) -> UInt8? {
        switch byte {
        case .some(let byte) where byte >= 0x30 && byte <= 0x39: byte - 0x30
        case .some(let byte) where byte | 0x20 >= 0x61 && byte | 0x20 <= 0x66: (byte | 0x20) - 0x57
        default: nil
        }
    }
}
