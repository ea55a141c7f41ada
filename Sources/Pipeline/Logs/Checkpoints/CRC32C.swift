import Bytes

/// The Castagnoli cyclic redundancy check, as iSCSI and ext4 use it.
///
/// Source: RFC 3720, appendix B.4. A table of 16 entries is enough for records of a few bytes.
struct CRC32C: Sendable {
    private static let table: [UInt32] = (0..<16).map { nibble in
        (0..<4).reduce(UInt32(nibble)) { crc, _ in
            crc & 1 == 1 ? crc >> 1 ^ 0x82f6_3b78 : crc >> 1
        }
    }

    /// The check value of some bytes.
    static func checksum(of bytes: borrowing Span<UInt8>) -> UInt32 {
        let table = Self.table
        var crc = UInt32.max
        for index in 0..<bytes.count {
            crc ^= UInt32(bytes[index])
            crc = crc >> 4 ^ table[Int(crc & 0xf)]
            crc = crc >> 4 ^ table[Int(crc & 0xf)]
        }
        return ~crc
    }
}
