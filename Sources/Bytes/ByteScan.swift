public import Glibc

extension Span where Element == UInt8 {
    /// Where `byte` first stands at or after `start`, before `end`.
    @inlinable
    public func firstOffset(of byte: UInt8, from start: Int = 0, to end: Int? = nil) -> Int? {
        let limit = end ?? self.count
        precondition(start >= 0 && limit <= self.count, "scan outside the bytes")
        if start >= limit { return nil }
        return unsafe self.withUnsafeBufferPointer { bytes -> Int? in
            guard let base = bytes.baseAddress else { return nil }
            guard let hit = unsafe memchr(base + start, Int32(byte), limit &- start) else {
                return nil
            }
            return unsafe UnsafeRawPointer(hit) - UnsafeRawPointer(base)
        }
    }

    /// Where `byte` last stands before `end`.
    public func lastOffset(of byte: UInt8, before end: Int? = nil) -> Int? {
        let limit = end ?? self.count
        precondition(limit <= self.count, "scan outside the bytes")
        var offset = limit
        while offset > 0 {
            offset &-= 1
            if self[offset] == byte { return offset }
        }
        return nil
    }

    /// Whether the bytes are those of a literal.
    public func equals(_ text: StaticString) -> Bool {
        if self.count != text.utf8CodeUnitCount { return false }
        return unsafe self.withUnsafeBufferPointer { bytes -> Bool in
            guard let base = bytes.baseAddress else { return true }
            return unsafe memcmp(base, text.utf8Start, bytes.count) == 0
        }
    }

    /// Whether the bytes are the same as those of another span.
    @inlinable
    public func equals(_ other: borrowing Span<UInt8>) -> Bool {
        if self.count != other.count { return false }
        return unsafe self.withUnsafeBufferPointer { left -> Bool in
            unsafe other.withUnsafeBufferPointer { right -> Bool in
                guard let a = left.baseAddress, let b = right.baseAddress else { return true }
                return unsafe memcmp(a, b, left.count) == 0
            }
        }
    }

    /// Whether the bytes begin with those of a literal.
    public func hasPrefix(_ text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        return self.count >= length && self.extracting(first: length).equals(text)
    }

    /// The bytes as text; what is not UTF-8 becomes U+FFFD.
    public var text: String {
        unsafe self.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// The bytes as an array.
    public var array: [UInt8] {
        unsafe self.withUnsafeBufferPointer { unsafe Array($0) }
    }

    /// The bytes without spaces, tabs and line ends at both ends.
    public var trimmed: Span<UInt8> {
        @_lifetime(copy self)
        get {
            var start = 0
            var end = self.count
            while start < end, isBlank(self[start]) { start += 1 }
            while end > start, isBlank(self[end - 1]) { end -= 1 }
            return self.extracting(start..<end)
        }
    }
}

/// Whether a byte is a space, a tab or part of a line end.
@inlinable
public func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || (byte >= 0x09 && byte <= 0x0d)
}

extension Span where Element == UInt8 {
    /// Where a literal first stands at or after `start`.
    public func firstOffset(of text: StaticString, from start: Int = 0) -> Int? {
        let needle = unsafe UnsafeBufferPointer(
            start: text.utf8Start,
            count: text.utf8CodeUnitCount,
        )
        return unsafe self.firstOffset(of: needle, from: start)
    }

    /// Whether other bytes stand in these, one after the other.
    public func contains(_ other: borrowing Span<UInt8>) -> Bool {
        unsafe other.withUnsafeBufferPointer { unsafe self.firstOffset(of: $0, from: 0) } != nil
    }

    @unsafe
    private func firstOffset(of needle: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        if start > self.count { return nil }
        return unsafe self.withUnsafeBufferPointer { bytes -> Int? in
            guard let base = bytes.baseAddress, let first = needle.baseAddress else {
                return needle.isEmpty ? start : nil
            }
            var index = start
            while bytes.count &- index >= needle.count {
                let room = bytes.count &- index &- needle.count &+ 1
                guard let hit = unsafe memchr(base + index, Int32(first.pointee), room) else {
                    return nil
                }
                index = unsafe UnsafeRawPointer(hit) - UnsafeRawPointer(base)
                if unsafe memcmp(base + index, first, needle.count) == 0 { return index }
                index &+= 1
            }
            return nil
        }
    }
}

extension Span where Element == UInt8 {
    /// How many NUL bytes stand in front: the hole that a truncation leaves under a writer that goes on
    /// at its old offset.
    @inlinable
    public var leadingNULs: Int {
        var index = 0
        while index < self.count, self[index] == 0 { index += 1 }
        return index
    }
}
