/// Gzip members (RFC 1952) made by hand, so that the tests need no compressor.
enum GzipSample {
    private static let head: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]

    /// `text` in one stored block.
    static func stored(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        let length = UInt16(bytes.count)
        let block = [1] + Self.little(length) + Self.little(~length) + bytes
        return Self.head + block + Self.little(Self.checksum(bytes))
            + Self.little(UInt32(bytes.count))
    }

    /// Zeros, a thousandth of their size.
    ///
    /// One fixed-code block (RFC 1951 §3.2.6): a literal, then matches of 258 bytes at distance 1.
    /// The trailer is left out; who reads that far has inflated everything.
    static func zeros(megabytes: Int) -> [UInt8] {
        var bits = BitWriter(bytes: Self.head)
        bits.put(0b1, 1)
        bits.put(0b01, 2)
        // Literal 0: code 00110000, most significant bit first.
        bits.put(0b0000_1100, 8)
        for _ in 0..<(megabytes << 20) / 258 {
            // Length symbol 285: code 11000101, then distance symbol 0: code 00000.
            bits.put(0b1010_0011, 8)
            bits.put(0, 5)
        }
        bits.put(0, 7)
        bits.put(0, 8)
        return bits.bytes
    }

    private struct BitWriter {
        var bytes: [UInt8]
        var pending: UInt32 = 0
        var count = 0

        mutating func put(_ value: UInt32, _ width: Int) {
            self.pending |= value << UInt32(self.count)
            self.count += width
            while self.count >= 8 {
                self.bytes.append(UInt8(truncatingIfNeeded: self.pending))
                self.pending >>= 8
                self.count -= 8
            }
        }
    }

    private static func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }

    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum = ~UInt32(0)
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1 }
        }
        return ~sum
    }
}
