/// A 64-bit hash of bytes under a secret key, for tables whose keys come from outside.
///
/// Without the key nobody can make two texts collide on purpose; by chance two of a million do with
/// probability 3e-8. Not for anything that leaves the process. The mixing step is wyhash's: a 64 by
/// 64 bit product, folded.
public struct KeyedHash: Sendable {
    @usableFromInline let key: UInt64

    /// Makes a hash with a given key; tests use this.
    public init(key: UInt64) {
        self.key = key
    }

    /// Makes a hash with a key that nobody knows.
    public init() {
        self.key = UInt64.random(in: UInt64.min...UInt64.max)
    }

    /// Hashes `count` bytes from `start`.
    ///
    /// - Precondition: the range lies inside `bytes`.
    @inlinable
    public func callAsFunction(
        _ bytes: borrowing Span<UInt8>,
        from start: Int,
        count: Int,
    ) -> UInt64 {
        precondition(start >= 0 && count >= 0 && start &+ count <= bytes.count, "hash outside")
        return unsafe bytes.withUnsafeBufferPointer { buffer -> UInt64 in
            guard let base = buffer.baseAddress else { return self.key }
            return unsafe self.hash(UnsafeRawPointer(base + start), count)
        }
    }

    @inlinable
    func hash(_ start: UnsafeRawPointer, _ count: Int) -> UInt64 {
        var state = Self.mix(
            self.key ^ 0xa076_1d64_78bd_642f,
            UInt64(count) ^ self.key ^ 0x2d35_8dcc_aa6c_78a5,
        )
        var position = unsafe start
        var rest = count
        while rest > 16 {
            let low = unsafe position.loadUnaligned(as: UInt64.self)
            let high = unsafe position.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            state = Self.mix(low ^ 0xe703_7ed1_a0b4_28db ^ self.key, high ^ state)
            unsafe position += 16
            rest &-= 16
        }
        var low: UInt64 = 0
        var high: UInt64 = 0
        if rest >= 8 {
            low = unsafe position.loadUnaligned(as: UInt64.self)
            high = unsafe position.loadUnaligned(fromByteOffset: rest &- 8, as: UInt64.self)
        } else if rest >= 4 {
            low = UInt64(unsafe position.loadUnaligned(as: UInt32.self))
            high = UInt64(
                unsafe position.loadUnaligned(fromByteOffset: rest &- 4, as: UInt32.self)
            )
        } else {
            for index in 0..<rest {
                let byte = unsafe position.load(fromByteOffset: index, as: UInt8.self)
                low = low << 8 | UInt64(byte)
            }
        }
        let last = Self.mix(low ^ 0x8ebc_6af0_9c88_c6e3, high ^ state)
        return Self.mix(last ^ self.key, 0x5899_65cc_7537_4cc3)
    }

    @inlinable
    static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}

extension KeyedHash {
    /// A hash of two numbers in this order, such as hashes of the parts of something.
    @inlinable
    public func combine(_ first: UInt64, _ second: UInt64) -> UInt64 {
        let mixed = Self.mix(
            first ^ 0xe703_7ed1_a0b4_28db ^ self.key,
            second ^ 0x8ebc_6af0_9c88_c6e3 ^ self.key,
        )
        return Self.mix(mixed ^ self.key, 0x5899_65cc_7537_4cc3)
    }
}
