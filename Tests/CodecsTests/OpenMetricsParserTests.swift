import Bytes
import Codecs
import RandomTesting
import Telemetry
import Testing

/// Reads a body and shows what was found, one text a line.
private func parse(_ text: String) throws(ExpositionError) -> [String] {
    try parse(bytes: Array(text.utf8))
}

private func parse(bytes: [UInt8]) throws(ExpositionError) -> [String] {
    var labels = LabelBuilder()
    var offset = 0
    var found: [String] = []
    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
    while true {
        switch try OpenMetricsParser.next(bytes.span, from: &offset, labels: &labels) {
        case .sample(_, let suffix):
            var line = "\(show(labels)) \(show(suffix.bits, suffix.timestamp))"
            if suffix.hasExemplar {
                let exemplar = try OpenMetricsParser.exemplar(
                    bytes.span,
                    at: offset,
                    labels: &labels,
                )
                offset = exemplar.end
                line += " # \(show(labels)) \(show(exemplar.bits, exemplar.timestamp))"
            }
            found.append(line)
        case .type(let family, let kind): found.append("type \(text(family)) \(kind)")
        case .help(let family, let help): found.append("help \(text(family)) \(text(help))")
        case .unit(let family, let unit): found.append("unit \(text(family)) \(text(unit))")
        case .end: return found
        }
    }
}

private func show(_ labels: borrowing LabelBuilder) -> String {
    var pairs: [String] = []
    for entry in labels.entries {
        let name = labels.text.span.extracting(entry.name).text
        pairs.append("\(name)=\(labels.text.span.extracting(entry.value).text)")
    }
    return pairs.joined(separator: ",")
}

private func show(_ bits: UInt64, _ timestamp: Int64?) -> String {
    "\(Double(bitPattern: bits))\(timestamp.map { " @\($0)" } ?? "")"
}

@Suite struct OpenMetricsParserTests {
    @Test(
        arguments: [
            ("", []), ("a 1\n", ["__name__=a 1.0"]), ("a{} 1\n", ["__name__=a 1.0"]),
            ("a:b_9 1\n", ["__name__=a:b_9 1.0"]),
            ("a{b=\"c\",d=\"e\"} 1.5\n", ["__name__=a,b=c,d=e 1.5"]),
            ("a{b=\"c\",} 1\n", ["__name__=a,b=c 1.0"]),
            ("a{b=\"\"} 1\n", ["__name__=a,b= 1.0"]),
            ("a{b=\"x}y\"} 1\n", ["__name__=a,b=x}y 1.0"]),
            (#"a{b="\"\\\n\t"} 1\#n"#, ["__name__=a,b=\"\\\n\\t 1.0"]),
            ("a{b=\"x\u{0}y\"} 1\n", ["__name__=a,b=x\u{0}y 1.0"]),
            ("{\"my.name\",b=\"c\"} 1\n", ["__name__=my.name,b=c 1.0"]),
            ("{q=\"0.9\",\"my.name\",a=\"b\"} 1\n", ["q=0.9,__name__=my.name,a=b 1.0"]),
            ("{\"my.name\"} 1\n", ["__name__=my.name 1.0"]),
            (
                #"{"a \"b\" {c\nd}","e©\n'f'"="6"} 10.0\#n"#,
                ["__name__=a \"b\" {c\nd},e©\n'f'=6 10.0"],
            ),
            (
                "a NaN\nb +Inf\nc -Inf\nd -0\n",
                [
                    "__name__=a nan(0x1)", "__name__=b inf", "__name__=c -inf", "__name__=d -0.0",
                ],
            ),
            ("a 1 1700000000\n", ["__name__=a 1.0 @1700000000000"]),
            ("a 1 1520872607.1239\n", ["__name__=a 1.0 @1520872607123"]),
            (
                "a 1 -1.5\nb 1 1e3\nc 1 0\n",
                [
                    "__name__=a 1.0 @-1500", "__name__=b 1.0 @1000000", "__name__=c 1.0 @0",
                ],
            ),
            (
                "# TYPE a counter\n# TYPE b gauge\n# TYPE c histogram\n# TYPE d gaugehistogram\n"
                    + "# TYPE e summary\n# TYPE f info\n# TYPE g stateset\n# TYPE h unknown\n",
                [
                    "type a counter", "type b gauge", "type c histogram", "type d gaugeHistogram",
                    "type e summary", "type f info", "type g stateset", "type h unknown",
                ],
            ),
            ("# HELP a Some \\n \\\" text\\\\.\n", ["help a Some \\n \\\" text\\\\."]),
            ("# HELP a \n", ["help a "]), ("# HELP a  b \n", ["help a  b "]),
            ("# HELP \"my.name\" text\n", ["help my.name text"]),
            ("# UNIT a_seconds seconds\n", ["unit a_seconds seconds"]),
            ("# UNIT \"a.b_seconds\" seconds\n", ["unit a.b_seconds seconds"]),
            ("# UNIT a \n", ["unit a "]),
            ("a_total 1 # {} 2\n", ["__name__=a_total 1.0 #  2.0"]),
            (
                "a_total 1 # {b=\"c\",d=\"e\"} 2 3.5\n",
                ["__name__=a_total 1.0 # b=c,d=e 2.0 @3500"],
            ),
            ("a_total 1 2 # {b=\"c\"} 0.5\n", ["__name__=a_total 1.0 @2000 # b=c 0.5"]),
            ("a_total 1 # {\"x.y\"=\"c\",} 4\n", ["__name__=a_total 1.0 # x.y=c 4.0"]),
            ("a_total 1 # {b=\" # {\\\"}\"} 4\n", ["__name__=a_total 1.0 # b= # {\"} 4.0"]),
        ] as [(String, [String])]
    )
    func reads(_ text: String, _ expected: [String]) throws {
        #expect(try parse(text + "# EOF\n") == expected)
        #expect(try parse(text + "# EOF") == expected)
    }

    /// Prometheus's own list of what is refused, `openmetricsparse_test.go`, and some more.
    @Test(
        arguments: [
            "", "\n", "metric", "metric 1", "metric 1\n", "metric_total 1 # {aa=\"bb\"} 4",
            "a\n#EOF\n", "\n\n#EOF\n", " a 1\n#EOF\n", "9\n#EOF\n", "# TYPE u untyped\n#EOF\n",
            "# TYPE c counter \n#EOF\n", "#  TYPE c counter\n#EOF\n", "# TYPE \n#EOF\n",
            "# TYPE m\n#EOF\n", "# UNIT metric suffix\n#EOF\n",
            "# UNIT metricsuffix suffix\n#EOF\n",
            "# UNIT m suffix\n#EOF\n", "# UNIT \n#EOF\n", "# UNIT m\n#EOF\n", "# HELP \n#EOF\n",
            "# HELP m\n#EOF\n", "a\t1\n#EOF\n", "a 1\t2\n#EOF\n", "a 1 2 \n#EOF\n",
            "a 1 2 #\n#EOF\n", "a 1 1z\n#EOF\n", " # EOF\n", "# EOF\na 1", "# EOF\n\n", "# EOFa 1",
            "#\tTYPE c counter\n", "# TYPE c  counter\n", "a 1 1 1\n# EOF\n",
            "a{b='c'} 1\n# EOF\n", "a{,b=\"c\"} 1\n# EOF\n", "a{b=\"c\"d=\"e\"} 1\n# EOF\n",
            "a{b=\"c\",,d=\"e\"} 1\n# EOF\n", "a{b=\n# EOF\n", "{\"a\",\"b = \"c\"}\n# EOF\n",
            "{\"a\",b\\nc=\"d\"} 1\n# EOF\n", "a true\n", "something_weird{problem=\"\n# EOF\n",
            "empty_label_name{=\"\"} 0\n# EOF\n", "{A}0\n# EOF\n", "foo 1_2\n\n# EOF\n",
            "foo 0x1p-3\n\n# EOF\n", "foo 0x1P-3\n\n# EOF\n", "foo 0 1_2\n\n# EOF\n",
            "custom_metric_total 1 # {aa=bb}\n# EOF\n",
            "custom_metric_total 1 # {aa=\"bb\"}\n# EOF\n", "custom_metric_total 1 # {aa=\"bb\"}",
            "custom_metric_total 1 # {bb}", "custom_metric_total 1 # {bb, a=\"dd\"}",
            "custom_metric_total 1 # {aa=\"bb\",,cc=\"dd\"} 1",
            "custom_metric_total 1 # {aa=\"bb\"} 1_2", "custom_metric_total 1 # {aa=\"bb\"} 0x1p-3",
            "custom_metric_total 1 # {aa=\"bb\"} true", "custom_metric_total 1 # {aa=\"bb\",cc=}",
            "custom_metric_total 1 # {aa=\\\"\\xff\\\"} 9.0", "{b=\"c\",} 1", "a 1 NaN", "a 1 -Inf",
            "a 1 Inf", "# TYPE hhh histogram\nhhh_bucket{le=\"+Inf\"} 1 # {aa=\"bb\"} 4 NaN",
            "# TYPE hhh histogram\nhhh_bucket{le=\"+Inf\"} 1 # {aa=\"bb\"} 4 -Inf",
            "a{b=\u{0}\"ssss\"} 1\n# EOF\n", "a{b=\"\u{0}", "a{b\u{0}=\"hiih\"}\t1",
            "a\u{0}{b=\"ddd\"} 1", "#", "# H", "custom_metric_total 1 # {b=\u{0}\"ssss\"} 1\n",
            "custom_metric_total 1 # {b=\"\u{0}ss\"} 1\n# EOF\n",
            "a 1\n# comment\n# EOF\n", "a 1\n\n# EOF\n", "a  1\n# EOF\n", "a 1  2\n# EOF\n",
            "a{b=\"c\"}1\n# EOF\n", "a {b=\"c\"} 1\n# EOF\n", "a{ b=\"c\"} 1\n# EOF\n",
            "a{b=\"c\", d=\"e\"} 1\n# EOF\n", "a{b=\"c\nd\"} 1\n# EOF\n", "a 1\r\n# EOF\n",
            "a 1e400\n# EOF\n", "a 1 1e300\n# EOF\n", "a 1 # {b=\"c\"} 1 2 3\n# EOF\n",
            "a 1 # {b=\"c\"} 1 # {d=\"e\"} 2\n# EOF\n", "a 1 # {\"b\"} 1\n# EOF\n",
            "a 1 #{b=\"c\"} 1\n# EOF\n", "a{\"b\"} 1\n# EOF\n", "{\"b\u{0}\"} 1\n# EOF\n",
            "# HELP \"a\u{0}\" b\n# EOF\n", "# TYPE a counter", "# eof\n",
        ]
    )
    func refuses(_ text: String) {
        #expect(throws: ExpositionError.self) { try parse(text) }
    }

    @Test(
        arguments: [
            ("a 1\n", 2, "# EOF at the end of the body", "the end of the body"),
            ("a 1", 1, "a line end, and # EOF at the end of the body", "the end of the body"),
            ("# EOF\nb 1\n", 2, "nothing after # EOF", "`b 1`"),
            ("a 1\n\n# EOF\n", 2, "a metric name, # or {", "the end of the line"),
            ("a 1\n# x\n", 2, "# HELP, # TYPE, # UNIT or # EOF", "`# x`"),
            (
                "# TYPE a untyped\n", 1,
                "counter, gauge, histogram, gaugehistogram, summary, info, stateset or unknown",
                "`untyped`",
            ),
            (
                "# UNIT a_seconds bytes\n", 1, "a unit that the metric name ends with, after _",
                "`bytes`",
            ),
            ("# HELP a\n", 1, "a space after the metric name", "the end of the line"),
            ("a  1\n", 1, "a value", "` 1`"),
            ("a\t1\n", 1, "one space and a value after the series", "`\\u{9}1`"),
            ("a 1 x\n", 1, "a time in seconds, an exemplar or the end of the line", "`x`"),
            ("a 1 2 3\n", 1, "an exemplar or the end of the line", "` 3`"),
            ("a 1 # {b=\"c\"} 1 x\n", 1, "a time in seconds or the end of the line", "`x`"),
            (
                "a 1 # {b=\"c\"}1\n", 1, "one space and a value after the exemplar's labels",
                "`1`",
            ),
            ("a{b=\"c\nd\"} 1\n", 1, "a closing quote", "the end of the line"),
            ("a{b=\"c\"d=\"e\"} 1\n", 1, ", or } after the label", "`d=\"e\"} 1`"),
        ]
    )
    func namesWhatIsWrong(_ text: String, _ line: Int, _ expected: String, _ found: String) {
        do {
            let found = try parse(text)
            Issue.record("expected an error, found \(found)")
        } catch {
            #expect(error.line == line)
            #expect(error.expected == expected)
            #expect(error.found == found)
        }
    }

    @Test func invalidUTF8IsAnError() {
        for text in ["a{b=\"%\"} 1\n", "# HELP a %\n", "a_total 1 # {b=\"%\"} 1\n", "{\"%\"} 1\n"] {
            let bytes = Array("\(text)# EOF\n".utf8).map { $0 == UInt8(ascii: "%") ? 0xff : $0 }
            #expect(throws: ExpositionError.self) { try parse(bytes: bytes) }
        }
    }

    /// Every byte in every place of a name and of a value: taken as what it is, or refused.
    @Test func everyByteIsTakenOrRefused() throws {
        for byte in UInt8.min...UInt8.max {
            let value = Array("a{b=\"x".utf8) + [byte] + Array("\"} 1\n# EOF\n".utf8)
            let isValue = byte < 0x80 && ![0x0a, 0x22, 0x5c].contains(byte)
            #expect(((try? parse(bytes: value)) != nil) == isValue, "value \(byte)")
            let name = Array("a".utf8) + [byte] + Array(" 1\n# EOF\n".utf8)
            let isName = isNameByte(byte)
            #expect(((try? parse(bytes: name)) != nil) == isName, "name \(byte)")
            let label = Array("a{b".utf8) + [byte] + Array("=\"c\"} 1\n# EOF\n".utf8)
            let isLabel = isNameByte(byte) && byte != UInt8(ascii: ":")
            #expect(((try? parse(bytes: label)) != nil) == isLabel, "label \(byte)")
            let quoted = Array("{\"n".utf8) + [byte] + Array("\"} 1\n# EOF\n".utf8)
            let isQuoted = byte < 0x80 && ![0, 0x0a, 0x22, 0x5c].contains(byte)
            #expect(((try? parse(bytes: quoted)) != nil) == isQuoted, "quoted \(byte)")
        }
    }

    private func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x3a, 0x41...0x5a, 0x5f, 0x61...0x7a: true
        default: false
        }
    }

    /// Whatever comes in, reading ends with samples or with an error, and never runs backwards.
    @Test func randomBytesDoNoHarm() {
        var random = SplitMix(seed: 7)
        let alphabet = Array("aZ_:09{}=\",\\ \n#HELPTYPEUNITOF.-+eInfNaN\u{0}".utf8) + [0xff, 0xc3]
        for _ in 0..<20_000 {
            let count = Int(random.next() % 60)
            var bytes: [UInt8] = []
            for _ in 0..<count {
                bytes.append(alphabet[Int(random.next() % UInt64(alphabet.count))])
            }
            var labels = LabelBuilder()
            var offset = 0
            reading: while true {
                let before = offset
                do {
                    let event = try OpenMetricsParser.next(
                        bytes.span,
                        from: &offset,
                        labels: &labels,
                    )
                    if event == .end { break reading }
                } catch {
                    #expect(offset == before && error.line >= 1)
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
