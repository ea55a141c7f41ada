import Bytes

/// Finds out cheaply whether a key may have come before in the same text.
struct KeyPlaces: Sendable {
    /// The hashes of the keys so far, in order.
    private(set) var hashes: [UInt32] = []
    /// A bit for each hash modulo 64; as long as a bit is clear no key can be the same.
    private var seen: UInt64 = 0

    /// Forgets the keys and keeps the memory.
    mutating func removeAll() {
        self.hashes.removeAll(keepingCapacity: true)
        self.seen = 0
    }

    /// Whether the hashes are to be looked through.
    @inline(__always)
    func mayHave(_ hash: UInt32) -> Bool { self.seen & Self.bit(hash) != 0 }

    /// Adds the hash of a further key.
    @inline(__always)
    mutating func append(_ hash: UInt32) {
        self.seen |= Self.bit(hash)
        self.hashes.append(hash)
    }

    private static func bit(_ hash: UInt32) -> UInt64 { 1 &<< UInt64(hash & 63) }

    /// Length, first, last and middle bytes, mixed; what hashes alike is to be compared.
    @inline(__always)
    static func hash(_ key: borrowing Span<UInt8>) -> UInt32 {
        let count = key.count
        var word = UInt64(truncatingIfNeeded: count)
        if count >= 4 {
            let bytes = unsafe key.bytes
            let first = unsafe bytes.unsafeLoadUnaligned(as: UInt32.self)
            let last = unsafe bytes.unsafeLoadUnaligned(
                fromByteOffset: count &- 4,
                as: UInt32.self,
            )
            word ^= UInt64(first) << 32 ^ UInt64(last) << 8 ^ UInt64(key[count >> 1]) << 4
        } else {
            for index in 0..<count { word = word << 8 | UInt64(key[index]) }
        }
        return UInt32(truncatingIfNeeded: (word &* 0x9e37_79b9_7f4a_7c15) >> 32)
    }
}
