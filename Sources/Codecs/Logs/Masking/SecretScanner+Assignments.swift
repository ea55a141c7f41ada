import Bytes

/// Values that stand behind a name such as `password`.
extension SecretScanner {
    /// What a name says of its value.
    private enum NameKind {
        /// Nothing.
        case plain
        /// It is secret.
        case secret
        /// It is secret if it looks like one.
        case maybe
        /// It is a scheme and a secret.
        case authorization
    }

    /// Blanks between a name, its sign and its value.
    private static var blankLimit: Int { 4 }

    /// `name=value`, `name: value`, `"name":"value"`, also where the quotes have backslashes.
    static func assignment(_ text: borrowing Span<UInt8>, _ start: Int, _ index: Int) -> Match? {
        var end = index
        var blanks = 0
        while end > start, text[end &- 1] == 0x20, blanks < Self.blankLimit {
            end &-= 1
            blanks &+= 1
        }
        var isQuoted = false
        if end > start, text[end &- 1] == UInt8(ascii: "\"") || text[end &- 1] == UInt8(ascii: "'")
        {
            isQuoted = text[end &- 1] == UInt8(ascii: "\"")
            end &-= 1
            if end > start, text[end &- 1] == UInt8(ascii: "\\") { end &-= 1 }
        }
        let kind = Self.kind(ofNameIn: text.extracting(start..<end))
        if kind == .plain { return nil }
        var value = index &+ 1
        blanks = 0
        while value < text.count, text[value] == 0x20, blanks < Self.blankLimit {
            value &+= 1
            blanks &+= 1
        }
        return Self.value(text, value, kind, isNameQuoted: isQuoted)
    }

    /// Whether a field of this name has a secret for its value.
    package static func isSecretName(_ name: borrowing Span<UInt8>) -> Bool {
        Self.kind(ofNameIn: name) != .plain
    }

    /// What the name at the end of `text` says.
    @inline(__always)
    private static func kind(ofNameIn text: borrowing Span<UInt8>) -> NameKind {
        guard text.count >= 3 else { return .plain }
        switch text[text.count &- 1] | 0x20 {
        case UInt8(ascii: "d"):
            return Self.ends(text, "password") || Self.ends(text, "passwd")
                || Self.ends(text, "pwd") ? .secret : .plain
        case UInt8(ascii: "e"): return Self.ends(text, "passphrase") ? .secret : .plain
        case UInt8(ascii: "t"): return Self.ends(text, "secret") ? .maybe : .plain
        case UInt8(ascii: "n"):
            if Self.ends(text, "token") { return .maybe }
            return Self.ends(text, "authorization") ? .authorization : .plain
        case UInt8(ascii: "y"): return Self.isKeyName(text) ? .maybe : .plain
        default: return .plain
        }
    }

    /// `api_key`, `api-key`, `apikey` and the like.
    private static func isKeyName(_ text: borrowing Span<UInt8>) -> Bool {
        guard Self.ends(text, "key") else { return false }
        var end = text.count &- 3
        if end > 0, text[end &- 1] == UInt8(ascii: "_") || text[end &- 1] == UInt8(ascii: "-") {
            end &-= 1
        }
        let word = text.extracting(0..<end)
        return Self.ends(word, "api") || Self.ends(word, "access") || Self.ends(word, "secret")
            || Self.ends(word, "private")
    }

    private static func ends(_ text: borrowing Span<UInt8>, _ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        return text.count >= count && text.extracting(last: count).equalsIgnoringCase(word)
    }

    private static func value(
        _ text: borrowing Span<UInt8>,
        _ start: Int,
        _ kind: NameKind,
        isNameQuoted: Bool,
    ) -> Match? {
        var first = start
        var isEscaped = false
        if first &+ 1 < text.count, text[first] == UInt8(ascii: "\\"),
            text[first &+ 1] == UInt8(ascii: "\"")
        {
            isEscaped = true
            first &+= 1
        }
        let quote = first < text.count ? text[first] : 0
        let isQuoted = quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'")
        if isQuoted { first &+= 1 }
        if kind == .authorization { first = Self.afterScheme(text, first) }
        let end =
            isQuoted
            ? Self.endOfQuoted(text, first, quote, isEscaped: isEscaped)
            : Self.endOfWord(text, first)
        let value = text.extracting(first..<end)
        if value.isEmpty || Self.isHarmless(value) { return nil }
        if kind == .maybe, !isQuoted, !Self.looksSecret(value) { return nil }
        return Match(range: first..<end, needsQuotes: !isQuoted && isNameQuoted)
    }

    /// Behind `Basic ` and the like.
    private static func afterScheme(_ text: borrowing Span<UInt8>, _ start: Int) -> Int {
        let end = Self.end(text, start) { ($0 | 0x20) &- 0x61 < 26 }
        return end > start && end < text.count && text[end] == 0x20 ? end &+ 1 : start
    }

    private static func endOfQuoted(
        _ text: borrowing Span<UInt8>,
        _ start: Int,
        _ quote: UInt8,
        isEscaped: Bool,
    ) -> Int {
        var index = start
        while index < text.count, text[index] != quote {
            if text[index] == UInt8(ascii: "\\") {
                if isEscaped, index &+ 1 < text.count, text[index &+ 1] == quote { return index }
                index &+= 1
            }
            index &+= 1
        }
        return min(index, text.count)
    }

    private static func endOfWord(_ text: borrowing Span<UInt8>, _ start: Int) -> Int {
        Self.end(text, start) { byte in
            switch byte {
            case 0...0x20, UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "&"),
                UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: ")"), UInt8(ascii: "}"),
                UInt8(ascii: "]"), UInt8(ascii: ">"), UInt8(ascii: "<"), UInt8(ascii: "\\"),
                UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "("), UInt8(ascii: "*"):
                false
            default: true
            }
        }
    }

    /// Values that are none.
    private static func isHarmless(_ value: borrowing Span<UInt8>) -> Bool {
        value.equals("null") || value.equals("true") || value.equals("false")
            || value.equals("nil") || value.hasPrefix("//") || value[0] == UInt8(ascii: "*")
            || value[0] == UInt8(ascii: "[")
    }

    /// Long, and with a digit: not the next word of a sentence.
    private static func looksSecret(_ value: borrowing Span<UInt8>) -> Bool {
        if value.count < Self.shortestToken { return false }
        for index in 0..<value.count where value[index] &- 0x30 <= 9 { return true }
        return false
    }
}
