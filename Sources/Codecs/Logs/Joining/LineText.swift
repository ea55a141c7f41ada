import Bytes
import Glibc

// What the grammars ask of a line's bytes.
extension Span where Element == UInt8 {
    /// How many spaces and tabs stand in front.
    @inline(__always)
    var indent: Int {
        var index = 0
        while index < self.count, self[index] == 0x20 || self[index] == 0x09 { index &+= 1 }
        return index
    }

    /// Whether there is nothing but white space.
    var isBlankLine: Bool {
        let indent = self.indent
        return indent == self.count || indent == self.count - 1 && self[indent] == 0x0d
    }

    /// Whether a literal stands at `offset`.
    @inline(__always)
    func has(_ text: StaticString, at offset: Int = 0) -> Bool {
        let length = text.utf8CodeUnitCount
        if self.count &- offset < length { return false }
        return unsafe self.withUnsafeBufferPointer { bytes -> Bool in
            guard let base = bytes.baseAddress else { return length == 0 }
            return unsafe memcmp(base + offset, text.utf8Start, length) == 0
        }
    }

    /// Whether a literal stands at the end, white space aside.
    func ends(with text: StaticString) -> Bool {
        let end = self.contentEnd
        return end >= text.utf8CodeUnitCount && self.has(text, at: end - text.utf8CodeUnitCount)
    }

    /// Where a literal first stands at or after `offset`.
    func offset(of text: StaticString, from offset: Int = 0) -> Int? {
        let first = unsafe text.utf8Start[0]
        var start = offset
        while start < self.count, let hit = self.firstOffset(of: first, from: start) {
            if self.has(text, at: hit) { return hit }
            start = hit + 1
        }
        return nil
    }

    /// Where the line ends without white space at its end.
    var contentEnd: Int {
        var end = self.count
        while end > 0, self[end - 1] <= 0x20 { end &-= 1 }
        return end
    }

    /// How many digits stand at `offset`.
    @inline(__always)
    func digits(at offset: Int) -> Int {
        var index = offset
        while index < self.count, self[index] &- 0x30 < 10 { index &+= 1 }
        return index &- offset
    }

    /// The byte at `offset`; NUL beyond the end.
    @inline(__always)
    func byte(at offset: Int) -> UInt8 { offset < self.count ? self[offset] : 0 }

    /// Where a name of letters, digits, `_`, `$` and dots that begins at `offset` ends.
    func nameEnd(from offset: Int = 0) -> Int {
        var index = offset
        while index < self.count {
            let byte = self[index]
            let isLetter = (byte | 0x20) &- 0x61 < 26
            let isOther = byte == 0x2e || byte == 0x5f || byte == 0x24 || byte &- 0x30 < 10
            if !isLetter && !isOther { break }
            index &+= 1
        }
        return index
    }
}
