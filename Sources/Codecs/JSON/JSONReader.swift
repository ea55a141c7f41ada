import Bytes

/// Why a text is not the JSON that was expected.
package struct JSONUnreadable: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was expected, what was found, and at which byte.
    package let description: String

    /// Describes what was found instead.
    package init(_ description: String) { self.description = description }
}

/// Reads JSON where it lies, one value after the other, without building a tree.
///
/// What is read is held to RFC 8259; what is only walked over (`skip`) to its brackets and quotes, and
/// to a depth. Unless it is asked for, a member that is null is as if it weren't there, and so is an
/// element.
struct JSONReader: ~Escapable {
    typealias Failure = JSONUnreadable

    /// The most levels of nesting in what is walked over.
    static let depthLimit = 64

    let text: Span<UInt8>
    /// The next byte to look at.
    var position = 0
    /// Whether an object or an array was just begun, so that no comma is due.
    private var isFresh = false
    private let skipsNull: Bool

    @_lifetime(copy text)
    init(_ text: borrowing Span<UInt8>, skipsNull: Bool = true) {
        self.text = text.extracting(0..<text.count)
        self.skipsNull = skipsNull
    }

    // MARK: Objects and arrays

    /// Takes the beginning of an object; `nextMember` follows.
    mutating func beginObject() throws(Failure) {
        try self.expect(UInt8(ascii: "{"))
        self.isFresh = true
    }

    /// The next key as it is written, colon taken, so that its value comes next; nil at the end of
    /// the object, which is taken.
    @_lifetime(copy self)
    @_lifetime(self: copy self)
    mutating func nextMember() throws(Failure) -> Span<UInt8>? {
        guard let key = try self.nextKey() else { return nil }
        return self.text.extracting(key)
    }

    /// As `nextMember`: where the key stands, which may have escapes.
    mutating func nextKey() throws(Failure) -> Range<Int>? {
        while try self.hasNext(UInt8(ascii: "}")) {
            let key = try self.rawString()
            try self.expect(UInt8(ascii: ":"))
            if !self.skipsNull || !self.takeNull() { return key }
        }
        return nil
    }

    /// Takes the beginning of an array; `nextElement` follows.
    mutating func beginArray() throws(Failure) {
        try self.expect(UInt8(ascii: "["))
        self.isFresh = true
    }

    /// Whether the array has a further element; its end is taken.
    mutating func nextElement() throws(Failure) -> Bool {
        while try self.hasNext(UInt8(ascii: "]")) {
            if !self.skipsNull || !self.takeNull() { return true }
        }
        return false
    }

    private mutating func hasNext(_ end: UInt8) throws(Failure) -> Bool {
        let isFirst = self.isFresh
        self.isFresh = false
        let byte = self.peek()
        if byte == end {
            self.position &+= 1
            return false
        }
        if isFirst { return true }
        guard byte == UInt8(ascii: ",") else { throw self.failure("`,`") }
        self.position &+= 1
        return true
    }

    // MARK: Values

    /// Takes `true` or `false`.
    mutating func bool() throws(Failure) -> Bool {
        _ = self.peek()
        let rest = self.text.extracting(droppingFirst: self.position)
        if rest.hasPrefix("true") {
            self.position &+= 4
            return true
        }
        if rest.hasPrefix("false") {
            self.position &+= 5
            return false
        }
        throw self.failure("`true` or `false`")
    }

    /// Takes a whole number.
    mutating func integer() throws(Failure) -> Int {
        let word = try self.word("a whole number")
        guard let value = self.text.extracting(word).signedDecimal else {
            self.position = word.lowerBound
            throw self.failure("a whole number")
        }
        return Int(value)
    }

    /// Takes null, if that is next.
    mutating func takeNull() -> Bool {
        guard self.peek() == UInt8(ascii: "n"),
            self.text.extracting(droppingFirst: self.position).hasPrefix("null")
        else { return false }
        self.position &+= 4
        return true
    }

    /// Takes a number, `true`, `false` or `null`: the range of its bytes.
    mutating func word(_ expected: String) throws(Failure) -> Range<Int> {
        _ = self.peek()
        let start = self.position
        while self.position < self.text.count, Self.isWord(self.text[self.position]) {
            self.position &+= 1
        }
        if self.position == start { throw self.failure(expected) }
        return start..<self.position
    }

    /// Takes any value: the range of its bytes.
    @discardableResult
    mutating func skip() throws(Failure) -> Range<Int> {
        var depth = 0
        _ = self.peek()
        let start = self.position
        repeat {
            guard let byte = self.peek() else { throw self.failure("a value") }
            switch byte {
            case UInt8(ascii: "\""):
                _ = try self.restOfString()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth &+= 1
                if depth > Self.depthLimit {
                    throw self.failure("at most \(Self.depthLimit) levels")
                }
                self.position &+= 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { throw self.failure("a value") }
                depth &-= 1
                self.position &+= 1
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                if depth == 0 { throw self.failure("a value") }
                self.position &+= 1
            default:
                _ = try self.word("a value")
            }
        } while depth > 0
        return start..<self.position
    }

    /// Takes a string: the range of what stands between its quotes, escapes as they are.
    mutating func rawString() throws(Failure) -> Range<Int> {
        guard self.peek() == UInt8(ascii: "\"") else { throw self.failure("a string") }
        return try self.restOfString()
    }

    private mutating func restOfString() throws(Failure) -> Range<Int> {
        let start = self.position &+ 1
        var index = start
        while index < self.text.count {
            let byte = self.text[index]
            if byte == UInt8(ascii: "\"") {
                self.position = index &+ 1
                return start..<index
            }
            index &+= byte == UInt8(ascii: "\\") ? 2 : 1
        }
        self.position = self.text.count
        throw self.failure("the end of a string")
    }

    // MARK: Bytes

    /// Takes `byte`, after blanks.
    mutating func expect(_ byte: UInt8) throws(Failure) {
        guard self.peek() == byte else {
            throw self.failure("`\(Character(UnicodeScalar(byte)))`")
        }
        self.position &+= 1
    }

    /// Takes the end of the text.
    mutating func expectEnd() throws(Failure) {
        if self.peek() != nil { throw self.failure("the end") }
    }

    /// The next byte that is not blank, not taken.
    mutating func peek() -> UInt8? {
        while self.position < self.text.count {
            let byte = self.text[self.position]
            let isSpace = byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09
            if !isSpace { return byte }
            self.position &+= 1
        }
        return nil
    }

    /// What was expected here, and what is here instead.
    func failure(_ expected: String) -> Failure {
        let start = min(self.position, self.text.count)
        let found = self.text.extracting(start..<min(start + 20, self.text.count)).text
        let shown = found.isEmpty ? "the end" : "`\(found)`"
        return Failure("expected \(expected) at byte \(start), found \(shown)")
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte &- 0x30 <= 9 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
    }
}

/// Lets a key be switched over.
func ~= (pattern: StaticString, key: Span<UInt8>) -> Bool { key.equals(pattern) }
