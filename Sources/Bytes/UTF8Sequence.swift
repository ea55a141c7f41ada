/// How long the well-formed UTF-8 sequence at `start` is, or 0 if there is none.
///
/// Source: Unicode 16, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF.
@usableFromInline
func utf8SequenceLength(_ start: UnsafePointer<UInt8>, _ available: Int) -> Int {
    let first = unsafe start[0]
    if first < 0x80 { return 1 }
    let length: Int
    var low: UInt8 = 0x80
    var high: UInt8 = 0xbf
    switch first {
    case 0xc2...0xdf: length = 2
    case 0xe0:
        length = 3
        low = 0xa0
    case 0xed:
        length = 3
        high = 0x9f
    case 0xe1...0xef: length = 3
    case 0xf0:
        length = 4
        low = 0x90
    case 0xf4:
        length = 4
        high = 0x8f
    case 0xf1...0xf3: length = 4
    default: return 0
    }
    if available < length { return 0 }
    let second = unsafe start[1]
    if second < low || second > high { return 0 }
    for index in 2..<max(length, 2) where unsafe start[index] & 0xc0 != 0x80 { return 0 }
    return length
}

extension Span where Element == UInt8 {
    /// Whether every byte is part of well-formed UTF-8.
    public var isValidUTF8: Bool {
        unsafe self.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return true }
            var index = 0
            while index < bytes.count {
                if index &+ 8 <= bytes.count {
                    let word = unsafe UnsafeRawPointer(start + index)
                        .loadUnaligned(as: UInt64.self)
                    if word & 0x8080_8080_8080_8080 == 0 {
                        index &+= 8
                        continue
                    }
                }
                let length = unsafe utf8SequenceLength(start + index, bytes.count &- index)
                if length == 0 { return false }
                index &+= length
            }
            return true
        }
    }
}
