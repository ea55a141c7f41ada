import Bytes
import Glibc

/// Steps over the JSON of one line of a log, as far as it has to be understood.
///
/// Looks at brackets, quotes and escapes only: a line that reads well need not be sound JSON, and
/// what it says beside the members that are asked for is nobody's business here.
enum JSONLine {
    /// Where a string stands in its line.
    struct Text {
        /// The first byte after the opening quote.
        let start: Int
        /// The closing quote.
        let end: Int
        /// The first backslash, or `end`.
        let firstEscape: Int
        /// The last escape's backslash, or `end`.
        let lastEscape: Int
    }

    /// Passes over blanks; the byte that follows, or 0 at the end.
    @inline(__always)
    static func next(_ line: UnsafePointer<UInt8>, _ count: Int, _ index: inout Int) -> UInt8 {
        while index < count {
            let byte = unsafe line[index]
            if byte != 0x20, byte != 0x09, byte != 0x0d { return byte }
            index &+= 1
        }
        return 0
    }

    /// Takes the string whose opening quote stands at `index`; nil when there is none, or no end.
    @inline(__always)
    static func text(
        _ line: UnsafePointer<UInt8>,
        _ count: Int,
        _ index: inout Int,
    ) -> Text? {
        let start = index &+ 1
        if unsafe start >= count || line[index] != UInt8(ascii: "\"") { return nil }
        guard let quote = unsafe memchr(line + start, 0x22, count &- start) else { return nil }
        let end = unsafe UnsafeRawPointer(quote) - UnsafeRawPointer(line)
        guard let escape = unsafe memchr(line + start, 0x5c, end &- start) else {
            index = end &+ 1
            return Text(start: start, end: end, firstEscape: end, lastEscape: end)
        }
        let first = unsafe UnsafeRawPointer(escape) - UnsafeRawPointer(line)
        var last = first
        var position = first &+ 2
        while position < count {
            position = unsafe Self.special(line, count, position)
            if position >= count { return nil }
            if unsafe line[position] == UInt8(ascii: "\"") {
                index = position &+ 1
                return Text(start: start, end: position, firstEscape: first, lastEscape: last)
            }
            last = position
            position &+= 2
        }
        return nil
    }

    /// Passes over the value at `index`; false when it has no end.
    static func skipValue(
        _ line: UnsafePointer<UInt8>,
        _ count: Int,
        _ index: inout Int,
    ) -> Bool {
        var depth = 0
        while index < count {
            switch unsafe line[index] {
            case UInt8(ascii: "\""):
                if unsafe Self.text(line, count, &index) == nil { return false }
                if depth == 0 { return true }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth &+= 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return true }
                depth &-= 1
                if depth == 0 {
                    index &+= 1
                    return true
                }
            case UInt8(ascii: ","):
                if depth == 0 { return true }
            default: break
            }
            index &+= 1
        }
        return false
    }

    /// Takes the key of the next member and passes over the colon.
    ///
    /// Nil behind the last member, where `index` then stands after the bracket; for what is no
    /// member it is 0 then.
    @inline(__always)
    static func key(
        _ line: UnsafePointer<UInt8>,
        _ count: Int,
        _ index: inout Int,
        isFirst: Bool,
    ) -> Text? {
        let byte = unsafe Self.next(line, count, &index)
        if byte == UInt8(ascii: "}") {
            index &+= 1
            return nil
        }
        if !isFirst, byte == UInt8(ascii: ",") {
            index &+= 1
            _ = unsafe Self.next(line, count, &index)
        }
        guard isFirst || byte == UInt8(ascii: ","),
            let key = unsafe Self.text(line, count, &index),
            unsafe Self.next(line, count, &index) == UInt8(ascii: ":")
        else {
            index = 0
            return nil
        }
        index &+= 1
        _ = unsafe Self.next(line, count, &index)
        return key
    }

    /// Whether the bytes between a string's quotes are those of `word`.
    @inline(__always)
    static func equals(
        _ line: UnsafePointer<UInt8>,
        _ text: Text,
        _ word: StaticString,
    ) -> Bool {
        unsafe text.end &- text.start == word.utf8CodeUnitCount
            && memcmp(line + text.start, word.utf8Start, word.utf8CodeUnitCount) == 0
    }

    /// The next quote or backslash at or after `start`, or `count`.
    @inline(__always)
    private static func special(
        _ line: UnsafePointer<UInt8>,
        _ count: Int,
        _ start: Int,
    ) -> Int {
        var index = start
        while index &+ 8 <= count {
            let word = unsafe UInt64(
                littleEndian: UnsafeRawPointer(line + index).loadUnaligned(as: UInt64.self)
            )
            let found = bytes(of: word, equal: 0x22) | bytes(of: word, equal: 0x5c)
            if found != 0 { return index &+ found.trailingZeroBitCount >> 3 }
            index &+= 8
        }
        while index < count {
            let byte = unsafe line[index]
            if byte == 0x22 || byte == 0x5c { return index }
            index &+= 1
        }
        return count
    }
}

/// The high bit of each byte of `word` that is `byte`; above the lowest one it may be wrong.
///
/// Source: Warren, "Hacker's Delight", 6-1.
@inline(__always)
func bytes(of word: UInt64, equal byte: UInt8) -> UInt64 {
    let zeros = word ^ (0x0101_0101_0101_0101 &* UInt64(byte))
    return (zeros &- 0x0101_0101_0101_0101) & ~zeros & 0x8080_8080_8080_8080
}
