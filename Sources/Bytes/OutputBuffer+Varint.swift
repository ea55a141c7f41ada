extension OutputBuffer {
    /// Appends a base-128 varint, least significant group first.
    ///
    /// Source: Protocol Buffers, Encoding, "Base 128 Varints". At most 10 bytes.
    @inlinable
    public mutating func append(varint value: UInt64) {
        self.reserve(10)
        var rest = value
        while rest >= 0x80 {
            unsafe self.base[self.length] = UInt8(truncatingIfNeeded: rest) | 0x80
            self.length &+= 1
            rest >>= 7
        }
        unsafe self.base[self.length] = UInt8(truncatingIfNeeded: rest)
        self.length &+= 1
    }

    /// Appends eight bytes, least significant first.
    @inlinable
    public mutating func append(littleEndian value: UInt64) {
        self.reserve(8)
        unsafe UnsafeMutableRawPointer(self.base + self.length)
            .storeBytes(of: value.littleEndian, as: UInt64.self)
        self.length &+= 8
    }

    /// Appends the first `count` of eight bytes, least significant first; `count` is at most 8.
    @inlinable
    public mutating func append(littleEndian value: UInt64, count: Int) {
        self.append(littleEndian: value)
        self.length &-= 8 &- count
    }

    /// Appends four bytes, least significant first.
    @inlinable
    public mutating func append(littleEndian value: UInt32) {
        self.reserve(4)
        unsafe UnsafeMutableRawPointer(self.base + self.length)
            .storeBytes(of: value.littleEndian, as: UInt32.self)
        self.length &+= 4
    }
}

/// How many bytes `value` takes as a varint, 1 to 10.
@inlinable
public func varintLength(_ value: UInt64) -> Int {
    // 9/64 of the bit width, rounded up: the division-free form of ceil(bits / 7).
    ((64 &- (value | 1).leadingZeroBitCount) &* 9 &+ 64) >> 6
}
