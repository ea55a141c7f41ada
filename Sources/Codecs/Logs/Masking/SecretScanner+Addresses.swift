import Bytes

/// What stands around an `@`.
extension SecretScanner {
    /// The most bytes before an `@` that are looked at.
    private static var reach: Int { 256 }

    /// A password in a URL, or an e-mail address.
    static func address(
        _ text: borrowing Span<UInt8>,
        _ start: Int,
        _ index: Int,
        _ detectors: Detectors,
    ) -> Match? {
        if detectors.contains(.password), let match = Self.userInfo(text, start, index) {
            return match
        }
        return detectors.contains(.email) ? Self.email(text, start, index) : nil
    }

    /// The password of `scheme://user:password@host`.
    private static func userInfo(
        _ text: borrowing Span<UInt8>,
        _ start: Int,
        _ index: Int,
    ) -> Match? {
        let limit = max(start, index &- Self.reach)
        var first = index
        var colon: Int?
        while first > limit {
            let byte = text[first &- 1]
            if byte == UInt8(ascii: "/") { break }
            if byte <= 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "@") {
                return nil
            }
            first &-= 1
            if byte == UInt8(ascii: ":") { colon = first }
        }
        guard let colon, colon &+ 1 < index, first &- 3 >= start,
            text.extracting(first &- 3..<first).equals("://"),
            text[colon &+ 1] != UInt8(ascii: "*"), text[colon &+ 1] != UInt8(ascii: "[")
        else { return nil }
        return Match(range: colon &+ 1..<index)
    }

    private static func email(_ text: borrowing Span<UInt8>, _ start: Int, _ index: Int) -> Match? {
        let limit = max(start, index &- Self.reach)
        var first = index
        while first > limit, Self.isLocal(text[first &- 1]) { first &-= 1 }
        // The letter behind a backslash belongs to an escape, such as `\n`.
        if first > 0, first < index, text[first &- 1] == UInt8(ascii: "\\") { first &+= 1 }
        while first < index, !Self.isAlphanumeric(text[first]) { first &+= 1 }
        if first >= index { return nil }
        var end = index &+ 1
        var lastDot: Int?
        while end < text.count {
            let byte = text[end]
            if byte == UInt8(ascii: ".") {
                // A label can't be empty; a point at the end of a sentence is none of it.
                guard end &+ 1 < text.count, Self.isAlphanumeric(text[end &+ 1]),
                    end > index &+ 1
                else { break }
                lastDot = end
            } else if !Self.isAlphanumeric(byte), byte != UInt8(ascii: "-") {
                break
            }
            end &+= 1
        }
        guard let lastDot, end &- lastDot > 2, (text[lastDot &+ 1] | 0x20) &- 0x61 < 26 else {
            return nil
        }
        return Match(range: first..<end)
    }

    private static func isLocal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "%"), UInt8(ascii: "+"): true
        default: Self.isURLSafe(byte)
        }
    }
}
