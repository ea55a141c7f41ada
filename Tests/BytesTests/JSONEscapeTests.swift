import Bytes
import RandomTesting
import Testing

@Suite struct JSONEscapeTests {
    private func escaped(_ bytes: [UInt8]) -> String {
        var buffer = OutputBuffer(capacity: 16)
        buffer.append(jsonEscaped: bytes.span)
        return buffer.text
    }

    @Test(arguments: [
        ("", ""), ("plain", "plain"), ("a\"b", "a\\\"b"), ("back\\slash", "back\\\\slash"),
        ("line\nend\ttab\r", "line\\nend\\ttab\\r"), ("\u{0}\u{1f}\u{7f}", "\\u0000\\u001f\u{7f}"),
        ("größer 漢字 🐦", "größer 漢字 🐦"), ("\u{8}\u{c}", "\\b\\f"), ("!#[]^", "!#[]^"),
    ])
    func escapesText(_ input: String, _ expected: String) {
        #expect(self.escaped(Array(input.utf8)) == expected)
    }

    @Test(
        arguments: [
            ([0xff], "\u{fffd}"), ([0x61, 0xc3], "a\u{fffd}"), ([0xc3, 0x28], "\u{fffd}("),
            ([0xc0, 0x80], "\u{fffd}\u{fffd}"), ([0xed, 0xa0, 0x80], "\u{fffd}\u{fffd}\u{fffd}"),
            ([0xf4, 0x90, 0x80, 0x80], "\u{fffd}\u{fffd}\u{fffd}\u{fffd}"),
            ([0xe2, 0x82], "\u{fffd}\u{fffd}"),
        ] as [([UInt8], String)]
    )
    func replacesWhatIsNotUTF8(_ input: [UInt8], _ expected: String) {
        #expect(self.escaped(input) == expected)
    }

    /// Each special byte at each place of a word, so that no lane of the eight is missed.
    @Test func findsSpecialBytesAnywhere() {
        for position in 0..<40 {
            for special in [0x00, 0x1f, 0x22, 0x5c, 0x20, 0x21, 0x23, 0x5b, 0x5d, 0x7f] as [UInt8] {
                var bytes = [UInt8](repeating: UInt8(ascii: "x"), count: 40)
                bytes[position] = special
                var expected = ""
                for byte in bytes {
                    switch byte {
                    case 0x00: expected += "\\u0000"
                    case 0x1f: expected += "\\u001f"
                    case 0x22: expected += "\\\""
                    case 0x5c: expected += "\\\\"
                    default: expected.unicodeScalars.append(Unicode.Scalar(byte))
                    }
                }
                #expect(self.escaped(bytes) == expected)
            }
        }
    }

    /// Random bytes: the result is valid UTF-8 without raw quotes or controls, across blocks too.
    @Test func randomBytesGiveValidStrings() {
        var random = SplitMix(seed: 7)
        for length in [1, 7, 8, 9, 63, 4_095, 4_096, 4_097, 10_000] {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            var buffer = OutputBuffer()
            buffer.append(jsonEscaped: bytes.span)
            #expect(String(validating: buffer.array, as: UTF8.self) != nil)
            #expect(!buffer.array.contains { $0 < 0x20 })
            let reference = String(decoding: bytes, as: UTF8.self)
            let kept = buffer.text.unicodeScalars.count { $0.value >= 0x80 && $0 != "\u{fffd}" }
            let wanted = reference.unicodeScalars.count { $0.value >= 0x80 && $0 != "\u{fffd}" }
            #expect(kept == wanted)
        }
    }
}
