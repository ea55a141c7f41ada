import Bytes
import Testing

@Suite struct ScanTests {
    @Test func findsBytes() {
        let bytes = Array("a=b=c".utf8)
        #expect(bytes.span.firstOffset(of: UInt8(ascii: "=")) == 1)
        #expect(bytes.span.firstOffset(of: UInt8(ascii: "="), from: 2) == 3)
        #expect(bytes.span.firstOffset(of: UInt8(ascii: "="), from: 2, to: 3) == nil)
        #expect(bytes.span.lastOffset(of: UInt8(ascii: "=")) == 3)
        #expect(bytes.span.lastOffset(of: UInt8(ascii: "="), before: 3) == 1)
        #expect([UInt8]().span.firstOffset(of: 0) == nil)
    }

    @Test func findsMembersOfSets() {
        let set = ByteSet { $0 == UInt8(ascii: "=") || $0 == 255 }
        for length in 0..<20 {
            for place in 0...length {
                var bytes = [UInt8](repeating: UInt8(ascii: "a"), count: length)
                #expect(set.firstOffset(in: bytes.span, from: place) == length)
                if place == length { continue }
                bytes[place] = 255
                #expect(set.firstOffset(in: bytes.span, from: 0) == place)
                #expect(set.firstOffset(in: bytes.span, from: place) == place)
                #expect(set.firstOffset(in: bytes.span, from: place + 1) == length)
            }
        }
    }

    @Test func trims() {
        #expect(Array(" \t x y \n".utf8).span.trimmed.text == "x y")
        #expect(Array(" \n".utf8).span.trimmed.text == "")
    }

    @Test(
        arguments: [
            ("0", 0), ("18446744073709551615", UInt64.max), ("18446744073709551616", nil),
            ("", nil),
            ("1 ", nil), ("-1", nil), ("000000000000000000012", nil), ("00000000000000000012", 12),
        ] as [(String, UInt64?)]
    )
    func readsUnsigned(_ text: String, _ expected: UInt64?) {
        #expect(Array(text.utf8).span.unsignedDecimal == expected)
    }

    @Test(
        arguments: [
            ("-9223372036854775808", Int64.min), ("9223372036854775807", Int64.max), ("+5", 5),
            ("-", nil), ("9223372036854775808", nil), ("-9223372036854775809", nil), ("--1", nil),
        ] as [(String, Int64?)]
    )
    func readsSigned(_ text: String, _ expected: Int64?) {
        #expect(Array(text.utf8).span.signedDecimal == expected)
    }

    @Test func readsHex() {
        #expect(Array("fF10".utf8).span.unsignedHex == 0xff10)
        #expect(Array("".utf8).span.unsignedHex == nil)
        #expect(Array("g".utf8).span.unsignedHex == nil)
        #expect(Array("00000000000000001".utf8).span.unsignedHex == nil)
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000000000Z"),
            (1_700_000_000_123_456_789, "2023-11-14T22:13:20.123456789Z"),
            (-1, "1969-12-31T23:59:59.999999999Z"),
            (951_782_400_000_000_000, "2000-02-29T00:00:00.000000000Z"),
            (4_102_444_799_000_000_000, "2099-12-31T23:59:59.000000000Z"),
        ] as [(Int64, String)]
    )
    func writesTimes(_ nanoseconds: Int64, _ expected: String) {
        var buffer = OutputBuffer()
        buffer.append(rfc3339: nanoseconds)
        #expect(buffer.text == expected)
    }

    @Test func daysAndDatesAgree() {
        for day in stride(from: -200_000, through: 200_000, by: 17) {
            let time = CivilTime(epochSeconds: Int64(day) * 86_400 + 3_661)
            let back = CivilTime.daysSinceEpoch(
                year: time.year,
                month: time.month,
                day: time.day,
            )
            #expect(back == day)
            #expect(time.hour == 1 && time.minute == 1 && time.second == 1)
        }
    }
}
