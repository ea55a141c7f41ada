import Bytes

extension JSONReader {
    /// The most bytes of one string that is kept.
    ///
    /// The API allows 256 KiB of annotations on an object.
    static let stringLimit = 512 << 10

    /// Takes a string; half of a surrogate pair, and what is not UTF-8, becomes U+FFFD.
    mutating func string() throws(Failure) -> String {
        let range = try self.rawString()
        return try self.string(in: range)
    }

    /// A string or a key that was taken: what `range` between its quotes says.
    mutating func string(in range: Range<Int>) throws(Failure) -> String {
        let end = self.position
        guard range.count <= Self.stringLimit else {
            self.position = range.lowerBound &- 1
            throw self.failure("at most \(Self.stringLimit) bytes in a string")
        }
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = self.text[index]
            if byte == UInt8(ascii: "\\") {
                let string = try self.unescaped(range)
                self.position = end
                return string
            }
            if byte < 0x20 {
                self.position = index
                throw self.failure("no control character in a string")
            }
            index &+= 1
        }
        return self.text.extracting(range).text
    }

    /// The text of a string whose quotes stand around `range`; moves the position.
    private mutating func unescaped(_ range: Range<Int>) throws(Failure) -> String {
        var output = OutputBuffer(capacity: range.count)
        self.position = range.lowerBound
        while self.position < range.upperBound {
            let byte = self.text[self.position]
            if byte < 0x20 { throw self.failure("no control character in a string") }
            self.position &+= 1
            if byte == UInt8(ascii: "\\") {
                try self.appendEscape(to: &output)
            } else {
                output.append(byte)
            }
        }
        return output.text
    }

    private mutating func appendEscape(to output: inout OutputBuffer) throws(Failure) {
        let byte = self.text[self.position]
        self.position &+= 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(byte)
        case UInt8(ascii: "b"): output.append(0x08)
        case UInt8(ascii: "f"): output.append(0x0c)
        case UInt8(ascii: "n"): output.append(0x0a)
        case UInt8(ascii: "r"): output.append(0x0d)
        case UInt8(ascii: "t"): output.append(0x09)
        case UInt8(ascii: "u"):
            var scalar = try self.hexadecimal()
            // A character beyond 16 bits is written as two halves.
            if scalar & 0xfc00 == 0xd800, self.text[self.position] == UInt8(ascii: "\\"),
                self.text[self.position + 1] == UInt8(ascii: "u")
            {
                let start = self.position
                self.position &+= 2
                let low = try self.hexadecimal()
                if low & 0xfc00 == 0xdc00 {
                    scalar = 0x10000 + (scalar & 0x3ff) << 10 + (low & 0x3ff)
                } else {
                    self.position = start
                }
            }
            // Half of a pair alone is no character.
            output.append(String(UnicodeScalar(scalar) ?? "\u{fffd}"))
        default:
            self.position &-= 1
            throw self.failure("an escape")
        }
    }

    private mutating func hexadecimal() throws(Failure) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard self.position < self.text.count, let digit = hexDigit(self.text[self.position])
            else { throw self.failure("four hexadecimal digits") }
            value = value << 4 | UInt32(digit)
            self.position &+= 1
        }
        return value
    }
}
