import Codecs
import Telemetry
import Testing

/// One line and what becomes of it.
struct CRILine: Sendable, CustomTestStringConvertible {
    let line: String
    let time: Int64
    let stream: LogStream
    let body: String
    let flags: LogRecord.Flags

    init(
        _ line: String,
        _ time: Int64,
        _ stream: LogStream,
        _ body: String,
        _ flags: LogRecord.Flags = [],
    ) {
        self.line = line
        self.time = time
        self.stream = stream
        self.body = body
        self.flags = flags
    }

    var testDescription: String { self.line }
}

struct CRILineTests {
    static let second: Int64 = 1_700_000_000 * 1_000_000_000

    @Test(arguments: [
        // containerd: as many digits as needed, any zone.
        CRILine("2023-11-14T22:13:20Z stdout F hi", second, .stdout, "hi"),
        CRILine("2023-11-14T22:13:20.1Z stdout F hi", second + 100_000_000, .stdout, "hi"),
        CRILine("2023-11-14T22:13:20.1234Z stderr F hi", second + 123_400_000, .stderr, "hi"),
        CRILine("2023-11-14T22:13:20.123456789Z stdout F hi", second + 123_456_789, .stdout, "hi"),
        CRILine(
            "2023-11-14T23:13:20.1234+01:00 stdout F a b",
            second + 123_400_000,
            .stdout,
            "a b",
        ),
        CRILine("2023-11-14T14:43:20-07:30 stdout F x", second, .stdout, "x"),
        // conmon: nine digits and a numeric offset.
        CRILine(
            "2023-11-14T22:13:20.000000001+00:00 stdout F x",
            second + 1,
            .stdout,
            "x",
        ),
        // More digits than nanoseconds have are cut.
        CRILine("2023-11-14T22:13:20.1234567899Z stdout F x", second + 123_456_789, .stdout, "x"),
        // Content: empty, leading and trailing blanks, anything.
        CRILine("2023-11-14T22:13:20Z stdout F ", second, .stdout, ""),
        CRILine("2023-11-14T22:13:20Z stdout F    at x ", second, .stdout, "   at x "),
        CRILine("2023-11-14T22:13:20Z stdout F \r", second, .stdout, "\r"),
        // Further tags are tolerated; every first tag but P ends a record.
        CRILine("2023-11-14T22:13:20Z stdout F:x:y z", second, .stdout, "z"),
        CRILine("2023-11-14T22:13:20Z stdout Q z", second, .stdout, "z"),
        CRILine("2023-11-14T22:13:20Z stdout PF z", second, .stdout, "z"),
        // Far years.
        CRILine("1970-01-01T00:00:00Z stdout F z", 0, .stdout, "z"),
        CRILine("1969-12-31T23:59:59.5Z stdout F z", -500_000_000, .stdout, "z"),
        CRILine(
            "2262-01-01T00:00:00Z stdout F z",
            9_214_646_400_000_000_000,
            .stdout,
            "z",
        ),
        CRILine("2024-02-29T00:00:00Z stdout F z", 1_709_164_800_000_000_000, .stdout, "z"),
    ])
    func `a line is taken apart`(_ expected: CRILine) throws {
        let record = try #require(LineReading.records(expected.line + "\n").first)
        #expect(record.time == expected.time)
        #expect(record.stream == expected.stream)
        #expect(record.text == expected.body)
        #expect(record.flags == expected.flags)
        #expect(record.sourceBytes == expected.line.utf8.count + 1)
    }

    @Test(arguments: [
        "", " ", "x", "no header at all",
        "2023-11-14T22:13:20Z", "2023-11-14T22:13:20Z ", "2023-11-14T22:13:20Z stdout",
        "2023-11-14T22:13:20Z stdout ", "2023-11-14T22:13:20Z stdout F",
        "2023-11-14T22:13:20Z stdout  F x", "2023-11-14T22:13:20Z stdin F x",
        "2023-11-14T22:13:20Z  stdout F x", "2023-11-14T22:13:20Z stdoutF x",
        "2023-11-14T22:13:20 stdout F x", "2023-11-14T22:13:20.Z stdout F x",
        "2023-11-14T22:13:20.12 stdout F x", "2023-13-14T22:13:20Z stdout F x",
        "2023-11-32T22:13:20Z stdout F x", "2023-11-14T24:13:20Z stdout F x",
        "2023-11-14T22:60:20Z stdout F x", "2023-11-14T22:13:61Z stdout F x",
        "2023-11-14 22:13:20Z stdout F x", "20a3-11-14T22:13:20Z stdout F x",
        "2023-11-14T22:13:20+0100 stdout F x", "2023-11-14T22:13:20+25:00 stdout F x",
        "9999-11-14T22:13:20Z stdout F x", "0000-11-14T22:13:20Z stdout F x",
        "{\"log\":\"x\\n\",\"stream\":\"stdout\",\"time\":\"2023-11-14T22:13:20Z\"}",
    ])
    func `a line without its parts is kept whole and marked`(_ line: String) throws {
        var reading = LineReading()
        reading.read(Array("\(line)\n".utf8))
        let record = try #require(reading.records.first)
        #expect(reading.records.count == 1)
        #expect(record.text == line)
        #expect(record.flags == .malformed)
        #expect(record.time == 42, "the time at which it was read")
        #expect(reading.result.malformed == 1)
    }

    @Test func `partial lines are joined for each stream by itself`() {
        let records = LineReading.records(
            """
            2023-11-14T22:13:20.1Z stdout P one \n\
            2023-11-14T22:13:20.2Z stderr F oops\n\
            2023-11-14T22:13:20.3Z stderr P er\n\
            2023-11-14T22:13:20.4Z stdout P two \n\
            2023-11-14T22:13:20.5Z stdout F three\n\
            2023-11-14T22:13:20.6Z stderr F r\n\
            2023-11-14T22:13:20.7Z stdout F next\n
            """
        )
        #expect(records.map(\.text) == ["oops", "one two three", "err", "next"])
        #expect(records.map(\.stream) == [.stderr, .stdout, .stderr, .stdout])
        // The time of the first piece.
        #expect(records.map { ($0.time - Self.second) / 100_000_000 } == [2, 1, 3, 7])
    }

    @Test func `a character cut between pieces is whole again`() {
        let bird = Array("🦜".utf8)
        var bytes = Array("2023-11-14T22:13:20Z stdout P ".utf8) + bird[..<2]
        bytes += Array("\n2023-11-14T22:13:20Z stdout F ".utf8) + bird[2...] + [0x0a]
        var reading = LineReading()
        reading.read(bytes)
        #expect(reading.records.map(\.text) == ["🦜"])
    }

    @Test func `holes in front of a line are passed over`() {
        let bytes =
            [UInt8](repeating: 0, count: 5000) + Array("2023-11-14T22:13:20Z stdout F x\n".utf8)
        for chunkSize in [100, 4096, 1 << 20] {
            var reading = LineReading()
            reading.chunkSize = chunkSize
            reading.read(bytes)
            #expect(reading.records.map(\.text) == ["x"])
            #expect(reading.result.holes == 5000)
        }
    }

    @Test(arguments: [LineDecoder.Format.cri, .raw, .docker, .audit])
    func `a hole at a file's end is no record`(_ format: LineDecoder.Format) {
        let line = Array("whatever the format\n".utf8)
        for chunkSize in [100, 4096, 1 << 20] {
            var reading = LineReading()
            reading.decoder.format = format
            reading.chunkSize = chunkSize
            reading.read(line + [UInt8](repeating: 0, count: 5050), finish: true)
            #expect(reading.records.map(\.text) == ["whatever the format"])
            #expect(reading.result.holes == 5050)
            #expect(reading.result.consumed == line.count + 5050)
        }
    }

    @Test func `bytes of no encoding are kept for the sink`() {
        let body: [UInt8] = [0xff, 0x00, 0xc0, 0xaf]
        var reading = LineReading()
        reading.read(Array("2023-11-14T22:13:20Z stdout F ".utf8) + body + [0x0a])
        #expect(reading.records.map(\.body) == [body])
    }
}
