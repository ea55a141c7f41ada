import Bytes
import Codecs
import Telemetry
import Testing

/// Prometheus's own cases of the text format, `promparse_test.go`, and every byte in every place.
@Suite struct ExpositionParserBytesTests {
    /// The labels of each sample in the order they are written.
    private func series(_ bytes: [UInt8]) throws(ExpositionError) -> [[String]] {
        var labels = LabelBuilder()
        var offset = 0
        var found: [[String]] = []
        while true {
            switch try ExpositionParser().next(bytes.span, from: &offset, labels: &labels) {
            case .sample:
                var pairs: [String] = []
                for entry in labels.entries {
                    let name = labels.text.span.extracting(entry.name).text
                    pairs.append("\(name)=\(labels.text.span.extracting(entry.value).text)")
                }
                found.append(pairs)
            case .end: return found
            default: break
            }
        }
    }

    private func isTaken(_ bytes: [UInt8]) -> Bool { (try? self.series(bytes)) != nil }

    @Test func quotedNamesAreRead() throws {
        let name = #"Heizöl 10€ metric with \"interesting\" {character\nchoices}"#
        let text = """
            # HELP "go.gc_duration_seconds" A summary of the GC invocation durations.
            # \tTYPE "go.gc_duration_seconds" summary
            {"go.gc_duration_seconds",quantile="0"} 4.9351e-05
            {"go.gc_duration_seconds",quantile="0.25",} 7.424100000000001e-05
            {"go.gc_duration_seconds",quantile="0.8", a="b"} 8.3835e-05
            { "go.gc_duration_seconds", quantile= "1.0", a= "b", } 8.3835e-05
            { "go.gc_duration_seconds", quantile = "1.0", a = "b" } 8.3835e-05
            {"go.gc_duration_seconds_count"} 99
            {"\(name)","strange©™\\n'quoted' \\"name\\""="6"} 10.0
            """
        let gc = "__name__=go.gc_duration_seconds"
        let expected = [
            [gc, "quantile=0"], [gc, "quantile=0.25"], [gc, "quantile=0.8", "a=b"],
            [gc, "quantile=1.0", "a=b"], [gc, "quantile=1.0", "a=b"], [gc + "_count"],
            [
                "__name__=Heizöl 10€ metric with \"interesting\" {character\nchoices}",
                "strange©™\n'quoted' \"name\"=6",
            ],
        ]
        #expect(try self.series(Array(text.utf8)) == expected)
    }

    @Test(
        arguments: [
            "a", "a{b='c'} 1\n", "a{b=\n", "{\"a\", \"b = \"c\"}", "{\"a\",b\\nc=\"d\"} 1",
            "a true\n", "something_weird{problem=\"", "empty_label_name{=\"\"} 0", "{A}0",
            "foo 1_2\n", "foo 0x1p-3\n", "foo 0x1P-3\n", "foo 0 1_2\n", "{a=\"ok\"} 1",
            "# TYPE #\n#EOF\n", "# HELP #\n#EOF\n", "a{b=\u{0}\"ssss\"} 1\n", "a{b=\"\u{0}",
            "a{b\u{0}=\"hiih\"}\t1", "a\u{0}{b=\"ddd\"} 1", "a 0 1\u{0}", "{\"a\u{0}\"} 1\n",
            "# HELP \"a\u{0}\" b\n", "a{b=\"c\"}}1\n", "a{b=\"c\",,} 1\n", "a{,b=\"c\"} 1\n",
            "a 1\r\n", "a -nan\n", "a 1 -1\n", "a 1 1.0\n", "a{\"b\",\"c\"} 1\n",
        ]
    )
    func prometheusRefuses(_ text: String) {
        #expect(!self.isTaken(Array(text.utf8)))
    }

    @Test(
        arguments: [
            "null_byte_metric{a=\"abc\u{0}\"} 1", "a{b=\"\u{0}ss\"} 1\n", "a{b=\"\u{0}\"} 1\n",
            "# HELP metric foo\u{0}bar\na 1", "a{b=\"c\"d=\"e\"} 1", "_a{_b=\"c\"} 1",
            "a{b=\"\\q\\\\\"} 1", "\t # TYPE a counter\n a\t1 ", "#\n#a\n# \nb 1", "a{b=\"\n\"} 1",
        ]
    )
    func prometheusTakes(_ text: String) {
        #expect(self.isTaken(Array(text.utf8)))
        #expect(self.isTaken(Array((text + "\n").utf8)))
    }

    @Test func everyByteIsTakenOrRefused() {
        func check(_ before: String, _ after: String, _ byte: UInt8, _ isGood: Bool) {
            let bytes = Array(before.utf8) + [byte] + Array(after.utf8)
            #expect(self.isTaken(bytes) == isGood, "\(before)\\u{\(byte)}\(after)")
        }
        for byte in UInt8.min...UInt8.max {
            let isNameByte: Bool =
                switch byte {
                case 0x30...0x39, 0x41...0x5a, 0x5f, 0x61...0x7a: true
                default: false
                }
            let isBlank = byte == 0x20 || byte == 0x09
            let isDigit = byte &- 0x30 <= 9
            let isASCII = byte < 0x80
            check("a{b=\"x", "\"} 1\n", byte, isASCII && byte != 0x22 && byte != 0x5c)
            check("a", " 1\n", byte, isNameByte || byte == 0x3a || isBlank)
            check("a{b", "=\"c\"} 1\n", byte, isNameByte || isBlank)
            check("{\"n", "\"} 1\n", byte, isASCII && ![0, 0x22, 0x5c].contains(byte))
            check("a 1", "\n", byte, isDigit || isBlank || byte == 0x0a || byte == 0x2e)
            check("a 1 1", "\n", byte, isDigit || isBlank || byte == 0x0a)
            check("# HELP a x", "\n", byte, isASCII)
        }
    }
}
