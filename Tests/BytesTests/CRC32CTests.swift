import Bytes
import Testing

@Suite struct CRC32CTests {
    /// Source: RFC 3720, appendix B.4.
    @Test func theStandardsVectors() {
        let vectors: [([UInt8], UInt32)] = [
            ([], 0), (Array("123456789".utf8), 0xe306_9283),
            (Array(repeating: 0, count: 32), 0x8a91_36aa),
            (Array(repeating: 0xff, count: 32), 0x62a8_ab43),
            (Array(0...31), 0x46dd_794e), (Array((0...31).reversed()), 0x113f_db5c),
        ]
        for (bytes, expected) in vectors {
            #expect(CRC32C.checksum(of: bytes.span) == expected)
        }
    }

    /// Steps of eight and of one byte agree, whatever the length.
    @Test func everyLengthIsChecked() {
        for length in 0..<70 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 37) }
            var crc = UInt32.max
            for byte in bytes {
                crc ^= UInt32(byte)
                for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82f6_3b78 : crc >> 1 }
            }
            #expect(CRC32C.checksum(of: bytes.span) == ~crc)
        }
    }
}
