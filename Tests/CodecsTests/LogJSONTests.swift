import Bytes
import Codecs
import Telemetry
import Testing

/// One record with fields, written in any layout.
struct LogJSONSample {
    typealias Value = (key: String, value: String, form: LogField.Form, role: LogField.Role)

    var body = "hi"
    var fields: [Value] = []
    var severity = LogSeverity.unknown
    var flags: LogRecord.Flags = []
    var stream = LogStream.stdout
    var origin = BulkWriterTests.origin
    var dedots = true

    static func text(_ key: String, _ value: String, _ role: LogField.Role = .attribute) -> Value {
        (key, value, .text, role)
    }

    /// The object, up to what is the same for all records of the file if `isWhole` is false.
    func written(in layout: LogJSON.Layout) -> String {
        var batch = LogBatch(capacity: 256)
        batch.origin = self.origin
        batch.input.append(self.body)
        var record = LogRecord(
            time: 1_700_000_000_123_456_789,
            offset: 4096,
            start: 0,
            count: self.body.utf8.count,
            sourceBytes: 40,
            stream: self.stream,
            flags: self.flags,
        )
        record.severity = self.severity
        for field in self.fields {
            let key = batch.table.derive { $0.append(field.key) }
            let value = batch.table.derive { $0.append(field.value) }
            _ = batch.table.append(LogField(key, value, field.form, field.role), to: &record)
        }
        batch.table.records.append(record)
        var json = LogJSON(.init(layout: layout, host: "node-1", dedots: self.dedots))
        var out = OutputBuffer()
        json.begin(self.origin)
        json.append(record, of: batch, to: &out)
        return out.text
    }
}

struct LogJSONTests {
    /// What a record without fields ends with.
    private static let tail =
        #","stream":"stdout","kubernetes":{"pod_name":"web-1","namespace_name":"shop","#
        + #""pod_id":"uid","container_name":"app","docker_id":"cafe","host":"node-1"}}"#

    private static let head = #"{"@timestamp":"2023-11-14T22:13:20.123456789Z","log":"hi""#

    @Test func `fields stand at the top, each in its form`() {
        var sample = LogJSONSample()
        sample.fields = [
            LogJSONSample.text("user", "a\"b\n"),
            ("path", #"C:\\x\u00e9"#, .jsonString, .attribute),
            ("status", "200", .json, .attribute),
            ("nested", #"{"a":[1,null]}"#, .json, .attribute),
            LogJSONSample.text("we \"say\"", ""),
        ]
        #expect(
            sample.written(in: .kubernetes)
                == Self.head + #","user":"a\"b\n","path":"C:\\x\u00e9","status":200,"#
                + #""nested":{"a":[1,null]},"we \"say\"":"""# + Self.tail
        )
    }

    @Test func `of fields with one key the last one counts`() {
        var sample = LogJSONSample()
        sample.fields = [
            LogJSONSample.text("a", "1"), LogJSONSample.text("b", "2"),
            LogJSONSample.text("a", "3"),
        ]
        #expect(
            sample.written(in: .kubernetes) == Self.head + #","b":"2","a":"3""# + Self.tail
        )
    }

    @Test func `a field that would overwrite a key of the layout gets another one`() {
        var sample = LogJSONSample()
        sample.fields = [
            LogJSONSample.text("log", "1"), LogJSONSample.text("kubernetes", "2"),
            LogJSONSample.text("@timestamp", "3"), LogJSONSample.text("stream", "4"),
            LogJSONSample.text("", "5"), LogJSONSample.text("lag", "6"),
            LogJSONSample.text("severity", "7"), LogJSONSample.text("truncated", "8"),
        ]
        #expect(
            sample.written(in: .kubernetes)
                == Self.head + #","log_":"1","kubernetes_":"2","@timestamp_":"3","stream_":"4","#
                + #""_":"5","lag":"6","severity":"7","truncated":"8""# + Self.tail
        )
        sample.fields = [LogJSONSample.text("log", "1"), LogJSONSample.text("log_", "2")]
        #expect(sample.written(in: .kubernetes) == Self.head + #","log_":"2""# + Self.tail)
    }

    @Test func `keys that are no UTF-8 don't become the same key`() {
        var batch = LogBatch(capacity: 16)
        batch.input.append(UInt8(0xff))
        batch.input.append(UInt8(0xfe))
        var record = LogRecord(
            time: 0,
            offset: 0,
            start: 0,
            count: 0,
            sourceBytes: 2,
            stream: .unknown,
        )
        for place in 0..<2 {
            let key = LogText(.input, place..<place + 1)
            _ = batch.table.append(LogField(key, key, .text), to: &record)
        }
        var json = LogJSON(.init(layout: .flat, host: "n"))
        var out = OutputBuffer()
        json.begin(LogOrigin(path: "/a"))
        json.append(record, of: batch, to: &out)
        #expect(
            out.text == #"{"timestamp":"1970-01-01T00:00:00.000000000Z","message":"","#
                + "\"\u{fffd}\":\"\u{fffd}\",\"file\":\"/a\",\"node\":\"n\"}"
        )
    }

    @Test func `a record of very many fields keeps each of them`() {
        var sample = LogJSONSample()
        for number in 0..<1000 { sample.fields.append(LogJSONSample.text("k\(number)", "v")) }
        let expected = (0..<1000).map { ",\"k\($0)\":\"v\"" }.joined()
        #expect(sample.written(in: .kubernetes) == Self.head + expected + Self.tail)
    }

    @Test func `without a body a field may have the body's key`() {
        var sample = LogJSONSample()
        sample.flags = .bodyless
        sample.fields = [LogJSONSample.text("log", "1")]
        #expect(
            sample.written(in: .kubernetes)
                == #"{"@timestamp":"2023-11-14T22:13:20.123456789Z","log":"1""# + Self.tail
        )
    }

    @Test func `what no rule could parse says so once`() {
        var sample = LogJSONSample()
        sample.flags = [.unparsed, .malformed]
        #expect(sample.written(in: .kubernetes) == Self.head + #","parse_error":true"# + Self.tail)
    }

    @Test func `severity and trace have places of their own`() {
        var sample = LogJSONSample()
        sample.severity = .warning
        sample.fields = [
            LogJSONSample.text("lvl", "WARNING", .severity),
            LogJSONSample.text("traceId", "0af7651916cd43dd8448eb211c80319c", .traceID),
            LogJSONSample.text("span", "b7ad6b7169203331", .spanID),
            LogJSONSample.text("trace_id", "other"),
        ]
        #expect(
            sample.written(in: .kubernetes)
                == Self.head + #","trace_id":"0af7651916cd43dd8448eb211c80319c","#
                + #""span_id":"b7ad6b7169203331","severity":"warn","lvl":"WARNING","#
                + #""trace_id_":"other""# + Self.tail
        )
        sample.fields = [LogJSONSample.text("severity", "WARNING", .severity)]
        #expect(
            sample.written(in: .kubernetes) == Self.head + #","severity":"warn""# + Self.tail
        )
        sample.fields = [("severity", "30", .json, .severity)]
        #expect(
            sample.written(in: .kubernetes) == Self.head + #","severity":"warn""# + Self.tail
        )
    }
}
