import Bytes

extension OutputBuffer {
    /// Appends what the inside of a JSON string says; false, and nothing appended, for a bad escape.
    ///
    /// Half of a surrogate pair becomes U+FFFD; bytes that are not UTF-8 stay as they are.
    mutating func append(jsonText text: borrowing Span<UInt8>) -> Bool {
        var isSound = true
        let count = text.count
        unsafe text.withUnsafeBufferPointer { source in
            guard let source = source.baseAddress else { return }
            unsafe self.appendInPlace(upTo: count) { room in
                guard let target = room.baseAddress else { return 0 }
                let written = unsafe unescape(source, count, target)
                isSound = written >= 0
                return max(written, 0)
            }
        }
        return isSound
    }
}

/// Writes what `count` bytes between quotes say, which is never longer; -1 for a bad escape.
private func unescape(
    _ source: UnsafePointer<UInt8>,
    _ count: Int,
    _ target: UnsafeMutablePointer<UInt8>,
) -> Int {
    var index = 0
    var written = 0
    while index < count {
        if index &+ 8 <= count {
            let word = unsafe UnsafeRawPointer(source + index).loadUnaligned(as: UInt64.self)
            // The output is behind the input, so there is room for a whole word.
            unsafe UnsafeMutableRawPointer(target + written).storeBytes(of: word, as: UInt64.self)
            let found = bytes(of: UInt64(littleEndian: word), equal: UInt8(ascii: "\\"))
            let length = found == 0 ? 8 : found.trailingZeroBitCount >> 3
            index &+= length
            written &+= length
            if found == 0 { continue }
        } else if unsafe source[index] != UInt8(ascii: "\\") {
            unsafe target[written] = source[index]
            index &+= 1
            written &+= 1
            continue
        }
        guard index &+ 1 < count else { return -1 }
        let byte = unsafe source[index &+ 1]
        index &+= 2
        if byte == UInt8(ascii: "u") {
            guard let scalar = unsafe unescapedScalar(source, count, &index) else { return -1 }
            for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
                unsafe target[written] = byte
                written &+= 1
            }
            continue
        }
        guard let plain = unescaped(byte) else { return -1 }
        unsafe target[written] = plain
        written &+= 1
    }
    return written
}

/// What a backslash and `byte` stand for.
@inline(__always)
private func unescaped(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte
    case UInt8(ascii: "n"): 0x0a
    case UInt8(ascii: "t"): 0x09
    case UInt8(ascii: "r"): 0x0d
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0c
    default: nil
    }
}

/// The character of one escape, or of two that make a pair, whose first `\u` was taken.
private func unescapedScalar(
    _ source: UnsafePointer<UInt8>,
    _ count: Int,
    _ index: inout Int,
) -> UnicodeScalar? {
    guard let first = unsafe codeUnit(source, count, index) else { return nil }
    index &+= 4
    if first & 0xfc00 == 0xd800, index &+ 6 <= count,
        unsafe source[index] == UInt8(ascii: "\\"),
        unsafe source[index &+ 1] == UInt8(ascii: "u"),
        let second = unsafe codeUnit(source, count, index &+ 2), second & 0xfc00 == 0xdc00
    {
        index &+= 6
        return UnicodeScalar(0x10000 + (first & 0x3ff) << 10 + (second & 0x3ff))
    }
    return UnicodeScalar(first) ?? "\u{fffd}"
}

private func codeUnit(
    _ source: UnsafePointer<UInt8>,
    _ count: Int,
    _ index: Int,
) -> UInt32? {
    if index &+ 4 > count { return nil }
    var value: UInt32 = 0
    for place in index..<index &+ 4 {
        guard let digit = unsafe hexDigit(source[place]) else { return nil }
        value = value << 4 | UInt32(digit)
    }
    return value
}
