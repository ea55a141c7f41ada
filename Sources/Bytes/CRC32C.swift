/// The Castagnoli cyclic redundancy check, as iSCSI and ext4 use it.
///
/// Source: RFC 3720, appendix B.4; Kounavis and Berry, "A Systematic Approach to Building High
/// Performance, Software-based, CRC Generators": eight bytes a step by eight tables.
public struct CRC32C: Sendable {
    /// By the step's byte from the last to the first, 256 entries each.
    private static let tables: [UInt32] = {
        var tables: [UInt32] = []
        for byte in 0..<UInt32(256) {
            var crc = byte
            for _ in 0..<8 {
                let isOdd = crc & 1 == 1
                crc >>= 1
                if isOdd { crc ^= 0x82f6_3b78 }
            }
            tables.append(crc)
        }
        for index in 256..<2048 {
            let last = tables[index - 256]
            tables.append((last >> 8) ^ tables[Int(last & 0xff)])
        }
        return tables
    }()

    /// The check value of some bytes.
    public static func checksum(of bytes: borrowing Span<UInt8>) -> UInt32 {
        let tables = Self.tables
        var crc = UInt32.max
        var place = 0
        while bytes.count - place >= 8 {
            let low = crc ^ Self.word(bytes, place)
            let high = Self.word(bytes, place + 4)
            crc = tables[1792 + Int(low & 0xff)]
            crc ^= tables[1536 + Int((low >> 8) & 0xff)]
            crc ^= tables[1280 + Int((low >> 16) & 0xff)]
            crc ^= tables[1024 + Int(low >> 24)]
            crc ^= tables[768 + Int(high & 0xff)]
            crc ^= tables[512 + Int((high >> 8) & 0xff)]
            crc ^= tables[256 + Int((high >> 16) & 0xff)]
            crc ^= tables[Int(high >> 24)]
            place += 8
        }
        while place < bytes.count {
            let index = Int((crc ^ UInt32(bytes[place])) & 0xff)
            crc = (crc >> 8) ^ tables[index]
            place += 1
        }
        return ~crc
    }

    private static func word(_ bytes: borrowing Span<UInt8>, _ place: Int) -> UInt32 {
        var word = UInt32(bytes[place])
        word |= UInt32(bytes[place + 1]) << 8
        word |= UInt32(bytes[place + 2]) << 16
        word |= UInt32(bytes[place + 3]) << 24
        return word
    }
}
