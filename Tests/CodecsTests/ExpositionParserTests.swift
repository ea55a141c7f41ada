import Bytes
import Codecs
import Telemetry
import RandomTesting
import Testing

/// Reads a body and shows what was found, one text a line.
private func parse(_ text: String) throws(ExpositionError) -> [String] {
    try parse(bytes: Array(text.utf8))
}

private func parse(bytes: [UInt8]) throws(ExpositionError) -> [String] {
    var labels = LabelBuilder()
    var offset = 0
    var found: [String] = []
    while true {
        switch try ExpositionParser().next(bytes.span, from: &offset, labels: &labels) {
        case .sample(_, let suffix):
            let value = Double(bitPattern: suffix.bits)
            let time = suffix.timestamp.map { " @\($0)" } ?? ""
            let inner = labels.entries.map { entry in
                let name = labels.text.span.extracting(entry.name).text
                return "\(name)=\(labels.text.span.extracting(entry.value).text)"
            }
            found.append("\(inner.joined(separator: ",")) \(value)\(time)")
        case .type(let family, let kind):
            found.append("type \(String(decoding: bytes[family], as: UTF8.self)) \(kind)")
        case .help(let family, let text):
            let family = String(decoding: bytes[family], as: UTF8.self)
            found.append("help \(family) \(String(decoding: bytes[text], as: UTF8.self))")
        case .comment: found.append("comment")
        case .end: return found
        case .incomplete: return found + ["incomplete"]
        }
    }
}

@Suite struct ExpositionParserTests {
    @Test(
        arguments: [
            ("a 1\n", ["__name__=a 1.0"]),
            ("a 1", ["__name__=a 1.0"]),
            ("", []),
            ("\n\n \n", []),
            ("  a\t 1 \t\n", ["__name__=a 1.0"]),
            ("a:b_9 1\n", ["__name__=a:b_9 1.0"]),
            ("a{} 1\n", ["__name__=a 1.0"]),
            ("a {b=\"c\"} 1\n", ["__name__=a,b=c 1.0"]),
            ("a{b=\"c\"}1\n", ["__name__=a,b=c 1.0"]),
            ("a{b=\"c\",} 1\n", ["__name__=a,b=c 1.0"]),
            ("a{ b = \"c\" , d = \"e\" } 1\n", ["__name__=a,b=c,d=e 1.0"]),
            // As in Prometheus commas can be left out.
            ("a{b=\"c\" d=\"e\"} 1\n", ["__name__=a,b=c,d=e 1.0"]),
            ("a{b=\"c\"d=\"e\"} 1\n", ["__name__=a,b=c,d=e 1.0"]),
            ("a{b=\"\"} 1\n", ["__name__=a,b= 1.0"]),
            ("a{b=\"x}y\"} 1\n", ["__name__=a,b=x}y 1.0"]),
            (#"a{b="\"\\\n\t"} 1"#, ["__name__=a,b=\"\\\n\\t 1.0"]),
            ("a{b=\"x\ny\"} 1\n", ["__name__=a,b=x\ny 1.0"]),
            ("a{b=\"x\u{0}y\"} 1\n", ["__name__=a,b=x\u{0}y 1.0"]),
            ("{\"my.name\",b=\"c\"} 1\n", ["__name__=my.name,b=c 1.0"]),
            ("{b=\"c\",\"my.name\"} 1\n", ["b=c,__name__=my.name 1.0"]),
            ("{\"my.name\"} 1\n", ["__name__=my.name 1.0"]),
            ("a{\"my.label\"=\"c\"} 1\n", ["__name__=a,my.label=c 1.0"]),
            ("a 1 1700000000000\n", ["__name__=a 1.0 @1700000000000"]),
            ("a 1 0\nb 2", ["__name__=a 1.0 @0", "__name__=b 2.0"]),
            ("a 1\n\u{0}garbage", ["__name__=a 1.0"]),
            ("# TYPE a counter\na 1\n", ["type a counter", "__name__=a 1.0"]),
            ("#\tTYPE  a gauge", ["type a gauge"]),
            (
                "# TYPE a untyped\n# TYPE b histogram\n# TYPE c summary\n",
                ["type a unknown", "type b histogram", "type c summary"],
            ),
            ("# HELP a Some \\n text\\\\.\n", ["help a Some \\n text\\\\."]),
            ("# HELP a\n", ["help a "]),
            ("# HELP a \n", ["help a "]),
            ("# HELP \"my.name\" text\n", ["help my.name text"]),
            ("#comment\n# other\n#\n# HELP\n", ["comment", "comment", "comment", "comment"]),
        ]
    )
    func reads(_ text: String, _ expected: [String]) throws {
        #expect(try parse(text) == expected)
    }

    @Test(
        arguments: [
            ("1", 1.0), ("-1.5e3", -1500), (".5", 0.5), ("5.", 5), ("+1", 1), ("Inf", .infinity),
            ("+Inf", .infinity), ("-inf", -.infinity), ("infinity", .infinity), ("1e-3", 0.001),
            ("0.1", 0.1), ("123456789012345678", 123_456_789_012_345_680),
            ("0.0034819999999999998", 0.0034819999999999998), ("1.797e308", 1.797e308),
            ("2.2250738585072014e-308", Double.leastNormalMagnitude), ("-0", -0.0), ("000001", 1),
        ] as [(String, Double)]
    )
    func readsValues(_ text: String, _ expected: Double) throws {
        let bytes = Array(" \(text)\n".utf8)
        let found = ExpositionParser.suffix(bytes.span, at: 0)
        let suffix = try #require(found)
        #expect(suffix.bits == expected.bitPattern)
        #expect(suffix.end == bytes.count)
    }

    @Test(arguments: ["NaN", "nan", "NAN"])
    func everyNaNIsTheOrdinaryOne(_ text: String) throws {
        let bytes = Array(" \(text)".utf8)
        let found = ExpositionParser.suffix(bytes.span, at: 0)
        let suffix = try #require(found)
        #expect(suffix.bits == SpecialFloat.ordinaryNaNBits)
    }

    @Test(
        arguments: [
            "", "1_000", "0x1p-2", "0x10", "1e", "e5", ".", "+", "-nan ", "StaleNaN", "1e400",
            "1,5", "1.2.3", "1\r", "--1", "1 1.5", "1 -1", "1 99999999999999999999", "1 1 1",
            "1 x", "1{", "\"1\"",
        ]
    )
    func refusesValues(_ text: String) {
        let bytes = Array(" \(text)\n".utf8)
        let suffix = ExpositionParser.suffix(bytes.span, at: 0)
        #expect(suffix == nil)
        #expect(throws: ExpositionError.self) { try parse("ok 1\na \(text)\n") }
    }

    @Test(
        arguments: [
            ("a\n", 1, "a value", "the end of the line"),
            ("a 1\nb\u{0} 1\n", 2, "a value", "`\\u{0} 1`"),
            ("a 1\n9b 1\n", 2, "a metric name, # or {", "`9b 1`"),
            ("{b=\"c\"} 1\n", 1, "a metric name before or inside the braces", "`{b=\"c\"} 1`"),
            ("a{\"b\"} 1\n", 1, "a label (the series has a name already)", "`\"b\"} 1`"),
            ("a{b='c'} 1\n", 1, "a quoted label value", "`'c'} 1`"),
            ("a{b=\n", 1, "a quoted label value", "the end of the line"),
            ("a{b=\"c", 1, "a closing quote", "the end of the body"),
            ("{\"a\" b=\"c\"} 1\n", 1, "= after the label name", "`b=\"c\"} 1`"),
            ("a{,} 1\n", 1, "a label name or }", "`,} 1`"),
            ("a{b:c=\"d\"} 1\n", 1, "= after the label name", "`:c=\"d\"} 1`"),
            ("\n\n\na{b=\"c\"} x\n", 4, "a value", "`x`"),
            ("a 1 x\n", 1, "a timestamp in milliseconds or the end of the line", "`x`"),
            ("a 1 1 1\n", 1, "a timestamp in milliseconds or the end of the line", "`1 1`"),
            (
                "# TYPE a nothing\n", 1, "counter, gauge, histogram, summary or untyped",
                "`nothing`",
            ),
            (
                "# TYPE a counter \n", 1, "counter, gauge, histogram, summary or untyped",
                "`counter `",
            ),
            ("# TYPE #\n", 1, "a metric name after HELP or TYPE", "`#`"),
        ]
    )
    func namesWhatIsWrong(
        _ text: String,
        _ line: Int,
        _ expected: String,
        _ found: String,
    ) throws {
        do {
            let found = try parse(text)
            Issue.record("expected an error, found \(found)")
        } catch {
            #expect(error.line == line)
            #expect(error.expected == expected)
            #expect(error.found.hasPrefix(found.dropLast()))
        }
    }

    @Test func invalidUTF8IsAnError() throws {
        let bytes = Array("a{b=\"".utf8) + [0xff] + Array("\"} 1\n".utf8)
        #expect(throws: ExpositionError.self) { try parse(bytes: bytes) }
        let help = Array("# HELP a ".utf8) + [0xff, 0x0a]
        #expect(throws: ExpositionError.self) { try parse(bytes: help) }
    }

    @Test func bodiesInPartsAskForMore() throws {
        let body = Array("# HELP a b\n# TYPE a gauge\na{b=\"c\\\"d\"} 1.5 1700000000000\n".utf8)
        let whole = try parse(bytes: body)
        for cut in 0...body.count {
            var labels = LabelBuilder()
            var offset = 0
            var events = 0
            // What the first part holds is read from it, and the rest from the whole.
            while true {
                let part = body.span.extracting(first: cut)
                let event = try ExpositionParser(isComplete: false)
                    .next(part, from: &offset, labels: &labels)
                if event == .incomplete { break }
                events += 1
            }
            while true {
                let event = try ExpositionParser().next(body.span, from: &offset, labels: &labels)
                if event == .end { break }
                events += 1
            }
            #expect(events == whole.count, "cut at \(cut)")
        }
    }

    @Test func findsTheEndOfSeries() {
        let cases: [(String, Int?)] = [
            ("a 1", 1), ("a{b=\"}\"} 1", 8), ("a {b=\"c\"} 1", 9), (#"a{b="\"}"} 1"#, 10),
            ("{\"x\"} 1", 5), ("a{b=\"c", nil), ("a{", nil), (" ", nil), ("", nil),
        ]
        for (text, end) in cases {
            let bytes = Array(text.utf8)
            let found = ExpositionParser.seriesEnd(bytes.span, at: 0)
            #expect(found == end, "\(text)")
        }
    }

    /// Whatever comes in, reading ends with samples or with an error, and never runs backwards.
    @Test func randomBytesDoNoHarm() {
        var random = SplitMix(seed: 20_240_517)
        let alphabet =
            Array("aZ_:09{}=\",\\ \t\n#HELPTYPE.-+eInfNaN\u{0}".utf8) + [0xff, 0xc3, 0xa9]
        for _ in 0..<20_000 {
            let count = Int(random.next() % 60)
            let bytes = (0..<count).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))]
            }
            var labels = LabelBuilder()
            var offset = 0
            reading: while true {
                let before = offset
                do {
                    switch try ExpositionParser().next(bytes.span, from: &offset, labels: &labels) {
                    case .end: break reading
                    case .incomplete:
                        Issue.record("a whole body can't be incomplete: \(bytes)")
                        break reading
                    default: break
                    }
                } catch {
                    break
                }
                if offset <= before {
                    Issue.record("no progress in \(bytes)")
                    break
                }
            }
        }
    }
}
