import Bytes

/// Walks over JSON without building it: for answers of which a few fields matter.
///
/// Bounded by the depth it follows; a value is checked as far as it is walked over.
struct JSONScanner {
    typealias Failure = BulkResponse.Unreadable

    /// The most levels of nesting.
    static let depthLimit = 64

    /// The next byte to look at.
    private(set) var position = 0

    /// Takes `byte`, after blanks.
    mutating func expect(_ byte: UInt8, in text: borrowing Span<UInt8>) throws(Failure) {
        guard self.peek(in: text) == byte else {
            throw self.failure("`\(Character(UnicodeScalar(byte)))`", in: text)
        }
        self.position += 1
    }

    /// The range of the next key's text; nil at the object's end, which is taken.
    ///
    /// The colon is taken too, so that the value comes next.
    mutating func nextKey(in text: borrowing Span<UInt8>) throws(Failure) -> Range<Int>? {
        if self.peek(in: text) == UInt8(ascii: ",") { self.position += 1 }
        if self.peek(in: text) == UInt8(ascii: "}") {
            self.position += 1
            return nil
        }
        let key = try self.string(in: text)
        try self.expect(UInt8(ascii: ":"), in: text)
        return key
    }

    /// Whether the array has a further element; its end is taken.
    mutating func nextElement(in text: borrowing Span<UInt8>) throws(Failure) -> Bool {
        if self.peek(in: text) == UInt8(ascii: ",") { self.position += 1 }
        guard let byte = self.peek(in: text) else { throw self.failure("`]`", in: text) }
        if byte != UInt8(ascii: "]") { return true }
        self.position += 1
        return false
    }

    /// Takes a string; the range is what stands between its quotes, escapes as they are.
    mutating func string(in text: borrowing Span<UInt8>) throws(Failure) -> Range<Int> {
        try self.expect(UInt8(ascii: "\""), in: text)
        let start = self.position
        while self.position < text.count {
            let byte = text[self.position]
            if byte == UInt8(ascii: "\"") {
                self.position += 1
                return start..<self.position - 1
            }
            self.position += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        self.position = text.count
        throw self.failure("the end of a string", in: text)
    }

    /// Takes `true` or `false`.
    mutating func bool(in text: borrowing Span<UInt8>) throws(Failure) -> Bool {
        _ = self.peek(in: text)
        let rest = text.extracting(droppingFirst: self.position)
        if rest.hasPrefix("true") {
            self.position += 4
            return true
        }
        if rest.hasPrefix("false") {
            self.position += 5
            return false
        }
        throw self.failure("`true` or `false`", in: text)
    }

    /// Takes a whole number that is not negative.
    mutating func integer(in text: borrowing Span<UInt8>) throws(Failure) -> Int {
        _ = self.peek(in: text)
        let start = self.position
        while self.position < text.count, text[self.position] &- 0x30 <= 9 { self.position += 1 }
        guard
            let value = text.extracting(start..<self.position).unsignedDecimal,
            let number = Int(exactly: value)
        else { throw self.failure("a number", in: text) }
        return number
    }

    /// Takes any value.
    mutating func skipValue(in text: borrowing Span<UInt8>) throws(Failure) {
        var depth = 0
        repeat {
            guard let byte = self.peek(in: text) else { throw self.failure("a value", in: text) }
            switch byte {
            case UInt8(ascii: "\""):
                _ = try self.string(in: text)
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                if depth > Self.depthLimit {
                    throw self.failure("at most \(Self.depthLimit) levels", in: text)
                }
                self.position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { throw self.failure("a value", in: text) }
                depth -= 1
                self.position += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                if depth == 0 { throw self.failure("a value", in: text) }
                self.position += 1
            default:
                try self.skipWord(in: text)
            }
        } while depth > 0
    }

    /// Takes a number, `true`, `false` or `null`.
    private mutating func skipWord(in text: borrowing Span<UInt8>) throws(Failure) {
        let start = self.position
        while self.position < text.count {
            let byte = text[self.position]
            let isWord =
                byte &- 0x30 <= 9 || byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= 0x7a
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
                || byte == UInt8(ascii: ".")
            if !isWord { break }
            self.position += 1
        }
        if self.position == start { throw self.failure("a value", in: text) }
    }

    /// The next byte that is not blank, not taken.
    private mutating func peek(in text: borrowing Span<UInt8>) -> UInt8? {
        while self.position < text.count {
            let byte = text[self.position]
            if !isBlank(byte) { return byte }
            self.position += 1
        }
        return nil
    }

    private func failure(_ expected: String, in text: borrowing Span<UInt8>) -> Failure {
        let start = min(self.position, text.count)
        let found = text.extracting(start..<min(start + 20, text.count)).text
        let shown = found.isEmpty ? "the end" : "`\(found)`"
        return Failure(message: "expected \(expected) at byte \(start), found \(shown)")
    }
}
