import Glibc

extension OutputBuffer {
    /// Input bytes handled between two looks at the room left.
    @usableFromInline static var escapeBlock: Int { 4096 }

    /// Appends bytes as the inside of a JSON string: escaped, and valid UTF-8 whatever came in.
    ///
    /// Quotes, backslashes and control characters are escaped (RFC 8259, section 7); a byte that is
    /// no part of well-formed UTF-8 becomes U+FFFD. Eight bytes are looked at at a time.
    @inlinable
    public mutating func append(jsonEscaped bytes: borrowing Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { input in
            guard let start = input.baseAddress else { return }
            unsafe self.append(jsonEscaped: start, count: input.count)
        }
    }

    /// Appends a string as the inside of a JSON string.
    public mutating func append(jsonEscaped text: String) {
        var text = text
        text.withUTF8 { input in
            guard let start = input.baseAddress else { return }
            unsafe self.append(jsonEscaped: start, count: input.count)
        }
    }

    /// Appends a string as a JSON string with its quotes.
    public mutating func append(jsonString text: String) {
        self.append(UInt8(ascii: "\""))
        self.append(jsonEscaped: text)
        self.append(UInt8(ascii: "\""))
    }

    @usableFromInline
    mutating func append(jsonEscaped start: UnsafePointer<UInt8>, count: Int) {
        var index = 0
        while index < count {
            let blockEnd = min(index &+ Self.escapeBlock, count)
            // Six bytes out for one in at worst, and eight of slack for whole-word stores.
            self.reserve((blockEnd &- index) &* 6 &+ 24)
            var output = unsafe self.base + self.length
            while index < blockEnd {
                if index &+ 8 <= blockEnd {
                    let word = unsafe UnsafeRawPointer(start + index)
                        .loadUnaligned(as: UInt64.self)
                    unsafe UnsafeMutableRawPointer(output).storeBytes(of: word, as: UInt64.self)
                    let mask = jsonSpecialBytes(UInt64(littleEndian: word))
                    if mask == 0 {
                        index &+= 8
                        unsafe output += 8
                        continue
                    }
                    let plain = mask.trailingZeroBitCount >> 3
                    index &+= plain
                    unsafe output += plain
                }
                let byte = unsafe start[index]
                if byte < 0x80 {
                    unsafe output += unsafe writeJSONByte(byte, to: output)
                    index &+= 1
                } else {
                    let length = unsafe utf8SequenceLength(start + index, count &- index)
                    if length == 0 {
                        unsafe output[0] = 0xef
                        unsafe output[1] = 0xbf
                        unsafe output[2] = 0xbd
                        unsafe output += 3
                        index &+= 1
                    } else {
                        unsafe memcpy(output, start + index, length)
                        unsafe output += length
                        index &+= length
                    }
                }
            }
            unsafe self.length = output - self.base
        }
    }
}

/// The high bit of each byte that JSON can't take as it is, or that starts a longer sequence.
///
/// Bits above the lowest one set may be false alarms (borrow), so only the lowest counts.
@usableFromInline @inline(__always)
func jsonSpecialBytes(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    let control = (word &- ones &* 0x20) & ~word
    let quote = word ^ (ones &* 0x22)
    let backslash = word ^ (ones &* 0x5c)
    let quoteHit = (quote &- ones) & ~quote
    let backslashHit = (backslash &- ones) & ~backslash
    return (word | control | quoteHit | backslashHit) & highs
}

/// Writes one ASCII byte of a JSON string, escaped if it must be; returns the bytes written.
@usableFromInline
func writeJSONByte(_ byte: UInt8, to output: UnsafeMutablePointer<UInt8>) -> Int {
    let short: UInt8
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): short = byte
    case 0x08: short = UInt8(ascii: "b")
    case 0x09: short = UInt8(ascii: "t")
    case 0x0a: short = UInt8(ascii: "n")
    case 0x0c: short = UInt8(ascii: "f")
    case 0x0d: short = UInt8(ascii: "r")
    case 0x20...0x7f:
        unsafe output[0] = byte
        return 1
    default:
        unsafe output[0] = UInt8(ascii: "\\")
        unsafe output[1] = UInt8(ascii: "u")
        unsafe output[2] = UInt8(ascii: "0")
        unsafe output[3] = UInt8(ascii: "0")
        let low = byte & 0xf
        unsafe output[4] = 0x30 &+ (byte >> 4)
        unsafe output[5] = low < 10 ? 0x30 &+ low : 0x57 &+ low
        return 6
    }
    unsafe output[0] = UInt8(ascii: "\\")
    unsafe output[1] = short
    return 2
}
