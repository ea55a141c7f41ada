import Bytes

/// The MD5 of a text, for relabeling's `hashmod` only: no secret depends on it.
///
/// Source: RFC 1321.
struct MD5 {
    private var state: InlineArray<4, UInt32> = [
        0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476,
    ]

    /// The last eight bytes of the digest as a big-endian number, which is what `hashmod` uses.
    static func lastHalf(of text: borrowing Span<UInt8>) -> UInt64 {
        var digest = MD5()
        var block: InlineArray<16, UInt32> = .init(repeating: 0)
        var offset = 0
        let padded = (text.count + 8) / 64 * 64 + 64
        while offset < padded {
            for word in 0..<16 {
                block[word] = 0
                for byte in 0..<4 {
                    let place = offset + word * 4 + byte
                    let value = Self.byte(at: place, of: text, padded: padded)
                    block[word] |= UInt32(value) << UInt32(byte * 8)
                }
            }
            digest.process(block)
            offset += 64
        }
        return UInt64(digest.state[2].byteSwapped) << 32 | UInt64(digest.state[3].byteSwapped)
    }

    /// One byte of the message with its padding: 0x80, zeros, and the length in bits.
    private static func byte(
        at place: Int,
        of text: borrowing Span<UInt8>,
        padded: Int,
    ) -> UInt8 {
        if place < text.count { return text[place] }
        if place == text.count { return 0x80 }
        if place < padded - 8 { return 0 }
        return UInt8(truncatingIfNeeded: UInt64(text.count) * 8 >> UInt64((place - padded + 8) * 8))
    }

    private mutating func process(_ block: InlineArray<16, UInt32>) {
        var (a, b, c, d) = (self.state[0], self.state[1], self.state[2], self.state[3])
        for step in 0..<64 {
            var mixed: UInt32
            let word: Int
            switch step / 16 {
            case 0:
                mixed = (b & c) | (~b & d)
                word = step
            case 1:
                mixed = (d & b) | (~d & c)
                word = (5 * step + 1) % 16
            case 2:
                mixed = b ^ c ^ d
                word = (3 * step + 5) % 16
            default:
                mixed = c ^ (b | ~d)
                word = (7 * step) % 16
            }
            mixed = mixed &+ a &+ Self.sines[step] &+ block[word]
            let shift = UInt32(Self.shifts[step / 16 * 4 + step % 4])
            (a, d, c) = (d, c, b)
            b = b &+ (mixed << shift | mixed >> (32 - shift))
        }
        self.state[0] &+= a
        self.state[1] &+= b
        self.state[2] &+= c
        self.state[3] &+= d
    }

    private static let shifts: InlineArray<16, UInt8> = [
        7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21,
    ]

    private static let sines: InlineArray<64, UInt32> = [
        0xd76a_a478, 0xe8c7_b756, 0x2420_70db, 0xc1bd_ceee, 0xf57c_0faf, 0x4787_c62a, 0xa830_4613,
        0xfd46_9501, 0x6980_98d8, 0x8b44_f7af, 0xffff_5bb1, 0x895c_d7be, 0x6b90_1122, 0xfd98_7193,
        0xa679_438e, 0x49b4_0821, 0xf61e_2562, 0xc040_b340, 0x265e_5a51, 0xe9b6_c7aa, 0xd62f_105d,
        0x0244_1453, 0xd8a1_e681, 0xe7d3_fbc8, 0x21e1_cde6, 0xc337_07d6, 0xf4d5_0d87, 0x455a_14ed,
        0xa9e3_e905, 0xfcef_a3f8, 0x676f_02d9, 0x8d2a_4c8a, 0xfffa_3942, 0x8771_f681, 0x6d9d_6122,
        0xfde5_380c, 0xa4be_ea44, 0x4bde_cfa9, 0xf6bb_4b60, 0xbebf_bc70, 0x289b_7ec6, 0xeaa1_27fa,
        0xd4ef_3085, 0x0488_1d05, 0xd9d4_d039, 0xe6db_99e5, 0x1fa2_7cf8, 0xc4ac_5665, 0xf429_2244,
        0x432a_ff97, 0xab94_23a7, 0xfc93_a039, 0x655b_59c3, 0x8f0c_cc92, 0xffef_f47d, 0x8584_5dd1,
        0x6fa8_7e4f, 0xfe2c_e6e0, 0xa301_4314, 0x4e08_11a1, 0xf753_7e82, 0xbd3a_f235, 0x2ad7_d2bb,
        0xeb86_d391,
    ]
}
