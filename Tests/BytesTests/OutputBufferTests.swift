import Bytes
import Testing

@Suite struct OutputBufferTests {
    @Test func growsAndKeepsWhatWasWritten() {
        var buffer = OutputBuffer(capacity: 1)
        for value in 0..<1_000 { buffer.append(UInt8(truncatingIfNeeded: value)) }
        #expect(buffer.count == 1_000)
        #expect(buffer.array == (0..<1_000).map { UInt8(truncatingIfNeeded: $0) })
    }

    @Test func removesFromTheFront() {
        var buffer = OutputBuffer()
        buffer.append("hello world")
        buffer.removeFirst(6)
        #expect(buffer.text == "world")
        buffer.removeFirst(5)
        #expect(buffer.count == 0)
    }

    @Test func copiesItsOwnBytesWhileGrowing() {
        var buffer = OutputBuffer(capacity: 16)
        buffer.append("0123456789abcdef")
        buffer.appendCopy(of: 4..<16)
        #expect(buffer.text == "0123456789abcdef456789abcdef")
    }

    @Test func shrinksOnlyBelowWhatIsUnused() {
        var buffer = OutputBuffer(capacity: 4_096)
        buffer.append("abc")
        buffer.shrink(to: 64)
        #expect(buffer.capacity == 64)
        #expect(buffer.text == "abc")
        buffer.shrink(to: 2)
        #expect(buffer.capacity == 64)
    }

    @Test func hasNoMemoryUntilSomethingIsWritten() {
        var buffer = OutputBuffer(capacity: 0)
        #expect(buffer.capacity == 0)
        #expect(buffer.array.isEmpty)
        buffer.shrink(to: 0)
        buffer.append(Span<UInt8>())
        #expect(buffer.capacity == 0)
        for value in 0..<100 { buffer.append(UInt8(value)) }
        #expect(buffer.array == Array(0..<100))
        var other = OutputBuffer(capacity: 0)
        swap(&buffer, &other)
        #expect(buffer.count == 0)
        #expect(other.count == 100)
    }

    @Test(arguments: [0, 1, 9, 10, 99, 1_234_567_890, Int.max, Int.min, -1, -10])
    func writesDecimals(_ value: Int) {
        var buffer = OutputBuffer()
        buffer.append(decimal: value)
        #expect(buffer.text == "\(value)")
    }

    @Test func writesFixedWidths() {
        var buffer = OutputBuffer()
        buffer.append(decimal: 7, width: 3)
        buffer.append(hex: 0xdead_beef, width: 10)
        #expect(buffer.text == "00700deadbeef")
    }

    @Test(
        arguments: [
            (0, "00"), (127, "7f"), (128, "8001"), (300, "ac02"),
            (1_700_000_000_000, "80d095ffbc31"), (UInt64.max, "ffffffffffffffffff01"),
        ] as [(UInt64, String)]
    )
    func writesVarints(_ value: UInt64, _ expected: String) {
        var buffer = OutputBuffer()
        buffer.append(varint: value)
        let hex = buffer.array.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }
        #expect(hex.joined() == expected)
        #expect(varintLength(value) == buffer.count)
    }
}
