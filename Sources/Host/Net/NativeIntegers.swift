extension Span where Element == UInt8 {
    /// Two bytes at `offset` in the machine's own order.
    func native16(at offset: Int) -> UInt16 {
        precondition(offset >= 0 && offset + 2 <= self.count, "read outside the bytes")
        return unsafe self.withUnsafeBytes {
            unsafe $0.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
        }
    }

    /// Four bytes at `offset` in the machine's own order.
    func native32(at offset: Int) -> UInt32 {
        precondition(offset >= 0 && offset + 4 <= self.count, "read outside the bytes")
        return unsafe self.withUnsafeBytes {
            unsafe $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        }
    }

    /// Eight bytes at `offset` in the machine's own order.
    func native64(at offset: Int) -> UInt64 {
        precondition(offset >= 0 && offset + 8 <= self.count, "read outside the bytes")
        return unsafe self.withUnsafeBytes {
            unsafe $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        }
    }
}
