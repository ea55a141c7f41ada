import Bytes

extension Span where Element == UInt8 {
    /// The next line without its end, or nil after the last; moves `offset` past it.
    package func nextLine(_ offset: inout Int) -> Range<Int>? {
        let start = offset
        if start >= self.count { return nil }
        guard let end = self.firstOffset(of: UInt8(ascii: "\n"), from: start) else {
            offset = self.count
            return start..<self.count
        }
        offset = end + 1
        return start..<end
    }

    /// The next run before `end` of bytes that are not spaces or tabs; moves `offset` past it.
    package func nextField(_ offset: inout Int, _ end: Int) -> Range<Int>? {
        var start = offset
        while start < end, self[start] == 0x20 || self[start] == 0x09 { start &+= 1 }
        if start >= end {
            offset = end
            return nil
        }
        var stop = start
        while stop < end, self[stop] != 0x20, self[stop] != 0x09 { stop &+= 1 }
        offset = stop
        return start..<stop
    }

    /// The next blank-separated field as an unsigned decimal integer; nil if it is anything else.
    package func nextUnsigned(_ offset: inout Int, _ end: Int) -> UInt64? {
        guard let field = self.nextField(&offset, end) else { return nil }
        return self.extracting(field).unsignedDecimal
    }
}
