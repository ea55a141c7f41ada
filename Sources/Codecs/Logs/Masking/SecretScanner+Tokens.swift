import Bytes

/// Tokens that are known by how they begin.
extension SecretScanner {
    /// Digits, letters, `-`, `_`.
    static func isURLSafe(_ byte: UInt8) -> Bool {
        Self.isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        byte &- 0x30 <= 9 || (byte | 0x20) &- 0x61 < 26
    }

    static func end(
        _ text: borrowing Span<UInt8>,
        _ start: Int,
        while isPart: (UInt8) -> Bool,
    ) -> Int {
        var index = start
        while index < text.count, isPart(text[index]) { index &+= 1 }
        return index
    }

    /// Whether a token can begin at `index`: no letter or digit before it, or one that an escape ends with.
    static func isStart(_ text: borrowing Span<UInt8>, _ index: Int, _ start: Int) -> Bool {
        if index < start { return false }
        if index == 0 || !Self.isAlphanumeric(text[index &- 1]) { return true }
        return index > 1 && text[index &- 2] == UInt8(ascii: "\\")
    }

    /// `Bearer` and a token.
    static func bearerToken(_ text: borrowing Span<UInt8>, _ start: Int, _ index: Int) -> Match? {
        let token = index &+ 7
        guard token < text.count, text[index &+ 1] | 0x20 == UInt8(ascii: "e"),
            text.extracting(index..<token).equalsIgnoringCase("bearer "),
            Self.isStart(text, index, start)
        else { return nil }
        let end = Self.end(text, token) { byte in
            switch byte {
            case UInt8(ascii: "."), UInt8(ascii: "~"), UInt8(ascii: "+"), UInt8(ascii: "/"),
                UInt8(ascii: "="):
                true
            default: Self.isURLSafe(byte)
            }
        }
        return end &- token < Self.shortestToken ? nil : Match(range: token..<end)
    }

    /// Fewer characters are a word of a sentence.
    static var shortestToken: Int { 8 }

    /// `eyJ…`, `.`, more, `.`, and mostly a signature.
    static func jsonWebToken(_ text: borrowing Span<UInt8>, _ start: Int, _ index: Int) -> Match? {
        let token = index &- 2
        guard token >= start, text[index &- 1] == UInt8(ascii: "y"),
            text[token] == UInt8(ascii: "e"), Self.isStart(text, token, start)
        else { return nil }
        let header = Self.end(text, index, while: Self.isURLSafe)
        guard header &- token >= Self.shortestToken, header < text.count,
            text[header] == UInt8(ascii: ".")
        else { return nil }
        let payload = Self.end(text, header &+ 1, while: Self.isURLSafe)
        guard payload &- header > Self.shortestToken, payload < text.count,
            text[payload] == UInt8(ascii: ".")
        else { return nil }
        return Match(range: token..<Self.end(text, payload &+ 1, while: Self.isURLSafe))
    }

    /// `AKIA` or `ASIA` and 16 capital letters and digits.
    static func awsKey(_ text: borrowing Span<UInt8>, _ start: Int, _ index: Int) -> Match? {
        let token = index &- 2
        guard token >= start, index &+ 18 <= text.count, text[token] == UInt8(ascii: "A"),
            text[index &+ 1] == UInt8(ascii: "A"),
            text[index &- 1] == UInt8(ascii: "K") || text[index &- 1] == UInt8(ascii: "S"),
            Self.isStart(text, token, start)
        else { return nil }
        let end = Self.end(text, token) { $0 &- 0x30 <= 9 || $0 &- 0x41 < 26 }
        let isAlone = end == text.count || !Self.isAlphanumeric(text[end])
        return end &- token == 20 && isAlone ? Match(range: token..<end) : nil
    }

    /// `ghp_` and its like with 36 characters, or `github_pat_` with more.
    static func githubToken(_ text: borrowing Span<UInt8>, _ start: Int, _ index: Int) -> Match? {
        if index &- start >= 6, text[index &- 1] == UInt8(ascii: "b"),
            text.extracting(index &- 6..<index).equals("github"),
            text.extracting(droppingFirst: index).hasPrefix("_pat_"),
            Self.isStart(text, index &- 6, start)
        {
            let end = Self.end(text, index &+ 5) {
                Self.isAlphanumeric($0) || $0 == UInt8(ascii: "_")
            }
            return end &- index < 27 ? nil : Match(range: index &- 6..<end)
        }
        let token = index &- 3
        guard token >= start, text[token] == UInt8(ascii: "g"),
            text[token &+ 1] == UInt8(ascii: "h"), Self.isStart(text, token, start)
        else { return nil }
        switch text[index &- 1] {
        case UInt8(ascii: "p"), UInt8(ascii: "o"), UInt8(ascii: "u"), UInt8(ascii: "s"),
            UInt8(ascii: "r"):
            let end = Self.end(text, index &+ 1, while: Self.isAlphanumeric)
            return end &- index < 37 ? nil : Match(range: token..<end)
        default: return nil
        }
    }

    /// `xoxb-` and its like.
    static func slackToken(_ text: borrowing Span<UInt8>, _ start: Int, _ index: Int) -> Match? {
        guard index &+ 5 < text.count, text[index &+ 1] == UInt8(ascii: "o"),
            text[index &+ 2] == UInt8(ascii: "x"), text[index &+ 4] == UInt8(ascii: "-"),
            (text[index &+ 3] | 0x20) &- 0x61 < 26, Self.isStart(text, index, start)
        else { return nil }
        let end = Self.end(text, index &+ 5) {
            Self.isAlphanumeric($0) || $0 == UInt8(ascii: "-")
        }
        return end &- index < 15 ? nil : Match(range: index..<end)
    }

    /// `AIza` and 35 characters.
    static func googleKey(_ text: borrowing Span<UInt8>, _ start: Int, _ index: Int) -> Match? {
        let token = index &- 2
        guard token >= start, index &+ 1 < text.count, text[index &- 1] == UInt8(ascii: "I"),
            text[token] == UInt8(ascii: "A"), text[index &+ 1] == UInt8(ascii: "a"),
            Self.isStart(text, token, start)
        else { return nil }
        let end = Self.end(text, token, while: Self.isURLSafe)
        return end &- token < 39 ? nil : Match(range: token..<end)
    }

    /// `-----BEGIN … PRIVATE KEY-----` to its end, or to the text's where that is missing.
    static func pemKey(_ text: borrowing Span<UInt8>, _ index: Int) -> Match? {
        guard index &+ 11 < text.count, text[index &+ 1] == UInt8(ascii: "-"),
            text.extracting(index..<index &+ 11).equals("-----BEGIN ")
        else { return nil }
        let label = text.extracting(index &+ 11..<min(text.count, index &+ 64))
        guard let words = label.firstOffset(of: "PRIVATE KEY-----") else { return nil }
        let body = index &+ 11 &+ words &+ 16
        guard let end = text.firstOffset(of: "-----END ", from: body) else {
            return Match(range: index..<text.count)
        }
        let last = text.firstOffset(of: "-----", from: end &+ 9)
        return Match(range: index..<(last.map { $0 &+ 5 } ?? text.count))
    }
}
