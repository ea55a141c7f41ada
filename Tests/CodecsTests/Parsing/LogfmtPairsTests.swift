import Bytes
import Codecs
import Testing

/// Lines of logfmt.
struct LogfmtPairsTests {
    private static func read(_ line: String) -> [String] {
        let text = BodyText(line)
        var pairs = LogfmtPairs()
        _ = pairs.read(text.bytes.span)
        return pairs.pairs.map { pair in
            "\(text(pair.key) ?? "")=\(text(pair.value) ?? "")\(pair.hasEscapes ? " (escapes)" : "")"
        }
    }

    /// The lines of Brandur's "logfmt" and of the tests of kr/logfmt and go-logfmt.
    @Test(
        arguments: [
            (
                "at=info method=GET path=/ host=mutelight.org fwd=\"124.133.52.161\" dyno=web.2 connect=4ms",
                [
                    "at=info", "method=GET", "path=/", "host=mutelight.org", "fwd=124.133.52.161",
                    "dyno=web.2", "connect=4ms",
                ],
            ),
            (
                #"foo=bar a=14 baz="hello kitty" cool%story=bro f %^asdf"#,
                [
                    "foo=bar", "a=14", "baz=hello kitty", "cool%story=bro",
                ],
            ),
            (
                #"measure.a=1ms measure.b=10 measure.c=100MB measure.d=1s garbage"#,
                [
                    "measure.a=1ms", "measure.b=10", "measure.c=100MB", "measure.d=1s",
                ],
            ),
            (
                #"a="" b= c="x=y" d="\n\"" e="unended f=1"#,
                [
                    "a=", "b=", "c=x=y", #"d=\n\" (escapes)"#, #"e="unended"#, "f=1",
                ],
            ),
            ("a=1 a=2\tb=é", ["a=2", "b=é"]), ("=x ==y a", []),
            (#"a="b"c=d e=f"#, ["a=b", "c=d", "e=f"]),
            ("  ", []), ("a==b", ["a==b"]),
        ] as [(String, [String])]
    )
    func `pairs of a line`(_ line: String, _ pairs: [String]) {
        #expect(Self.read(line) == pairs)
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `what is written is read again, and cut anywhere it does no harm`(_ seed: UInt64) {
        var pieces = BodyPieces(seed: seed)
        for _ in 0..<50 {
            var written: [String] = []
            var line = ""
            for number in 0..<pieces.number(1...10) {
                let key = "\(pieces.word("abc.-_%é"))\(number)"
                let isQuoted = pieces.flip()
                let value = pieces.word(isQuoted ? "a =:,é{}'" : "a=:,é{}'")
                line += isQuoted ? "\(key)=\"\(value)\" " : "\(key)=\(value) "
                written.append("\(key)=\(value)")
                if pieces.flip() { line += "word " }
            }
            #expect(Self.read(line) == written, "\(line)")
            let bytes = Array(line.utf8)
            for length in 0..<bytes.count { Self.check(Array(bytes.prefix(length))) }
        }
        let likely = ["a", "b=", "=", "\"", "\\", "\\\"", " ", "\\u00e9", "\n", "é"]
        for _ in 0..<2000 { Self.check(pieces.noise(likely)) }
    }

    private static func check(_ bytes: [UInt8]) {
        var pairs = LogfmtPairs()
        let isRead = pairs.read(bytes.span)
        #expect(isRead == !pairs.pairs.isEmpty)
        for pair in pairs.pairs {
            #expect(areInOrder([pair.key, pair.value], within: bytes.count), "\(bytes)")
            #expect(!pair.key.isEmpty && !bytes[pair.key].contains(UInt8(ascii: "=")), "\(bytes)")
        }
    }
}
