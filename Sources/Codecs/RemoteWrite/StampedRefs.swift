import Bytes

/// What small numbers stand for in a request, forgotten all at once by a new stamp.
struct StampedRefs: ~Copyable {
    private var refs: [UInt64] = []
    private var stamps: [UInt32] = []

    /// Says that a reference is too long to be packed.
    static let long = UInt64.max

    /// What a number stands for under a stamp; 0 when that is not known.
    @inline(__always)
    func find(_ number: UInt32, _ stamp: UInt32) -> UInt64 {
        let place = Int(number)
        guard place < self.stamps.count, self.stamps[place] == stamp else { return 0 }
        return self.refs[place]
    }

    /// Keeps what a number stands for; `ref` is not 0, and stamps are not 0.
    mutating func set(_ number: UInt32, _ ref: UInt64, _ stamp: UInt32) {
        let missing = Int(number) + 1 - self.stamps.count
        if missing > 0 {
            self.refs.append(contentsOf: repeatElement(0, count: missing))
            self.stamps.append(contentsOf: repeatElement(0, count: missing))
        }
        self.refs[Int(number)] = ref
        self.stamps[Int(number)] = stamp
    }

    /// The bytes of a packed reference.
    @inline(__always)
    static func count(_ ref: UInt64) -> Int { Int(ref >> 56) }

    /// Packs varints into the low seven bytes of a number, and how many bytes they take on top.
    struct Packing {
        private var bytes: UInt64 = 0
        private var count: UInt64 = 0

        /// The packed bytes, or `long` when they are more than seven.
        var packed: UInt64 {
            self.count > 7 ? StampedRefs.long : self.bytes | self.count << 56
        }

        mutating func append(varint value: UInt64) {
            var rest = value
            while rest >= 0x80 {
                self.append(UInt8(truncatingIfNeeded: rest) | 0x80)
                rest >>= 7
            }
            self.append(UInt8(truncatingIfNeeded: rest))
        }

        private mutating func append(_ byte: UInt8) {
            if self.count < 7 { self.bytes |= UInt64(byte) << (self.count * 8) }
            self.count += 1
        }
    }
}
