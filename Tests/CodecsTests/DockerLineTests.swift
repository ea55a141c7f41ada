import Bytes
import Codecs
import RandomTesting
import Telemetry
import Testing

/// A line of Docker's driver and what becomes of it.
private struct DockerText: Sendable, CustomTestStringConvertible {
    let line: String
    let body: String

    init(_ text: String, _ body: String) {
        self.line = #"{"log":"\#(text)\n","stream":"stdout","time":"2023-11-14T22:13:20.5Z"}"#
        self.body = body
    }

    var testDescription: String { self.line }
}

struct DockerLineTests {
    private static let second: Int64 = 1_700_000_000 * 1_000_000_000

    private static func line(
        _ log: String,
        _ stream: String = "stdout",
        _ fraction: Int = 0,
    ) -> String {
        #"{"log":"\#(log)","stream":"\#(stream)","time":"2023-11-14T22:13:20.\#(fraction)Z"}"#
            + "\n"
    }

    @Test(arguments: [
        DockerText("hi", "hi"),
        DockerText("", ""),
        DockerText("  blanks  ", "  blanks  "),
        DockerText(#"quotes \" and \\ and \/"#, "quotes \" and \\ and /"),
        DockerText(#"\u003ca href=\u0026\u003e\u2028"#, "<a href=&>\u{2028}"),
        DockerText(#"\t\b\f\r\n inside \n"#, "\t\u{8}\u{c}\r\n inside \n"),
        DockerText(#"\ud83e\udd9c"#, "🦜"),
        DockerText(#"half \ud83e."#, "half \u{fffd}."),
        DockerText(#"halves \udd9c\ud83e\ud83e"#, "halves \u{fffd}\u{fffd}\u{fffd}"),
        DockerText(#"\\"#, "\\"),
        DockerText(#"\\\\n"#, #"\\n"#),
        DockerText(
            #"{\"level\":\"info\",\"msg\":\"a \\\"b\\\"\"}"#,
            #"{"level":"info","msg":"a \"b\""}"#,
        ),
        DockerText("ünïcode ✓", "ünïcode ✓"),
        DockerText(
            String(repeating: #"0123456\"9"#, count: 50),
            String(repeating: "0123456\"9", count: 50),
        ),
    ])
    private func `a text says what its program wrote`(_ text: DockerText) throws {
        let records = LineReading.records(text.line + "\n", .docker)
        let record = try #require(records.first)
        #expect(records.count == 1)
        #expect(record.text == text.body)
        #expect(record.time == Self.second + 500_000_000)
        #expect(record.stream == .stdout)
        #expect(record.flags == [])
        #expect(record.sourceBytes == text.line.utf8.count + 1)
    }

    @Test(arguments: [
        #"{"stream":"stderr","time":"2023-11-14T22:13:20Z","log":"x\n"}"#,
        #"{ "log" : "x\n" , "stream":"stderr" , "time":"2023-11-14T23:13:20+01:00" } "#,
        #"{"log":"x\n","stream":"stderr","attrs":{"a":"}","b\"":["{",1]},"time":"2023-11-14T22:13:20Z"}"#,
        #"{"attrs":null,"n":-1.5e3,"log":"x\n","stream":"stderr","time":"2023-11-14T22:13:20Z","z":[]}"#,
    ])
    func `members stand in any order, with others between them`(_ line: String) throws {
        let record = try #require(LineReading.records(line + "\n", .docker).first)
        #expect(record.text == "x")
        #expect(record.stream == .stderr)
        #expect(record.time == Self.second)
        #expect(record.flags == [])
    }

    @Test(arguments: [
        "", " ", "{", "{}", "[]", "no JSON", "2023-11-14T22:13:20Z stdout F x",
        #"{"log":"x\n","stream":"stdout"}"#,
        #"{"log":"x\n","time":"2023-11-14T22:13:20Z"}"#,
        #"{"stream":"stdout","time":"2023-11-14T22:13:20Z"}"#,
        #"{"log":"x\n","stream":"stdin","time":"2023-11-14T22:13:20Z"}"#,
        #"{"log":"x\n","stream":"stdout","time":"yesterday"}"#,
        #"{"log":"x\n","stream":"stdout","time":"2023-13-14T22:13:20Z"}"#,
        #"{"log":"x\n","stream":"stdout","time":"2023-11-14T22:13:20Z "}"#,
        #"{"log":"x\n","stream":"stdout","time":1700000000}"#,
        #"{"log":7,"stream":"stdout","time":"2023-11-14T22:13:20Z"}"#,
        #"{"log":"\q\n","stream":"stdout","time":"2023-11-14T22:13:20Z"}"#,
        #"{"log":"\u12g4\n","stream":"stdout","time":"2023-11-14T22:13:20Z"}"#,
        #"{"log":"\u12","stream":"stdout","time":"2023-11-14T22:13:20Z"}"#,
        #"{"log":"x\n","stream":"stdout","time":"2023-11-14T22:13:20Z""#,
        #"{"log":"x\n","stream":"stdout","time":"2023-11-14T22:13:20Z"} x"#,
        #"{"log":"x\n" "stream":"stdout","time":"2023-11-14T22:13:20Z"}"#,
        #"{"log":"x\n","stream":"stdout","time":"2023-11-14T22:13:20Z","attrs":{"a":"b"}"#,
        #"{"log":"x"#, #"{"log":"x\"#,
    ])
    func `a line without its parts is kept whole and marked`(_ line: String) throws {
        var reading = LineReading()
        reading.decoder.format = .docker
        reading.read(Array("\(line)\n".utf8))
        let record = try #require(reading.records.first)
        #expect(reading.records.count == 1)
        #expect(record.text == line)
        #expect(record.flags == .malformed)
        #expect(record.time == 42, "the time at which it was read")
        #expect(reading.result.malformed == 1)
    }

    @Test func `pieces are joined until a text ends in a line end, for each stream by itself`() {
        let text =
            Self.line("one \\u003c", "stdout", 1) + Self.line(#"oops\n"#, "stderr", 2)
            + Self.line("er", "stderr", 3) + Self.line(#"two \\n"#, "stdout", 4)
            + Self.line(#" three\n"#, "stdout", 5) + Self.line(#"r\n"#, "stderr", 6)
            + Self.line(#"next\n"#, "stdout", 7)
        let records = LineReading.records(text, .docker)
        #expect(records.map(\.text) == ["oops", #"one <two \n three"#, "err", "next"])
        #expect(records.map(\.stream) == [.stderr, .stdout, .stderr, .stdout])
        #expect(records.map { ($0.time - Self.second) / 100_000_000 } == [2, 1, 3, 7])
    }

    @Test func `however a file is cut the same records come out`() {
        var text = "\u{0}\u{0}"
        for number in 0..<4 {
            text += Self.line("start\(number) \\\"", "stdout", number)
            text += Self.line("between\\n", "stderr", number) + "{broken \(number)\n"
            text += Self.line("end\\n", "stdout", number) + Self.line("\\n", "stdout", number)
        }
        let bytes = Array((text + Self.line("waits", "stderr") + #"{"log":"cut"#).utf8)
        var whole = LineReading()
        whole.decoder.format = .docker
        whole.read(bytes)
        #expect(whole.records.count == 16)
        for chunkSize in 2...400 {
            var reading = LineReading()
            reading.decoder.format = .docker
            reading.chunkSize = chunkSize
            reading.read(bytes)
            #expect(reading.records == whole.records, "chunks of \(chunkSize)")
            #expect(reading.result.consumed == whole.result.consumed, "chunks of \(chunkSize)")
            let delivered = reading.records.reduce(0) { $0 + $1.sourceBytes }
            let sum = delivered + reading.waitingBytes + reading.result.holes
            #expect(sum == reading.result.consumed, "chunks of \(chunkSize)")
        }
    }

    @Test func `going on at any confirmed position repeats nothing and loses nothing`() {
        let text = (0..<20).map { number in
            Self.line("\(number) ", "stdout") + Self.line("e\(number)\\n", "stderr")
                + (number % 3 == 2 ? Self.line("end\\n", "stdout") : "")
        }
        let bytes = Array(text.joined().utf8)
        var whole = LineReading()
        whole.decoder.format = .docker
        whole.read(bytes)
        var first = LineReading()
        first.decoder.format = .docker
        first.chunkSize = 200
        first.read(bytes)
        var before: [ReadRecord] = []
        for position in first.positions {
            var after = LineReading()
            after.decoder.format = .docker
            after.done = position
            after.read(bytes, from: Int(position.resume))
            before = whole.records.filter { record in
                !after.records.contains { $0.offset == record.offset && $0.text == record.text }
            }
            #expect(before.count + after.records.count == whole.records.count)
        }
    }

    @Test func `a long text is cut and marked, escapes and all`() {
        let text =
            Self.line(String(repeating: "é\\u00e9", count: 500) + "\\n")
            + Self.line(String(repeating: "z", count: 500) + "\\n") + Self.line("next\\n")
        for chunkSize in [100, 4096, 1 << 20] {
            var reading = LineReading()
            reading.decoder = LineDecoder(format: .docker, maxLineBytes: 101)
            reading.chunkSize = chunkSize
            reading.read(Array(text.utf8))
            #expect(reading.records.map(\.body.count) == [100, 101, 4])
            #expect(reading.records.map(\.flags) == [.truncated, .truncated, []])
            #expect(reading.records.first?.text == String(repeating: "é", count: 50))
            let delivered = reading.records.reduce(0) { $0 + $1.sourceBytes }
            #expect(delivered + reading.result.dropped == reading.result.consumed)
        }
    }

    @Test func `a line that is too long to be understood is delivered as far as it goes`() {
        let text = Self.line(String(repeating: "z", count: 6 << 20) + "\\n") + Self.line("next\\n")
        var reading = LineReading()
        reading.decoder = LineDecoder(format: .docker, maxLineBytes: 1000)
        reading.chunkSize = 32 << 10
        reading.read(Array(text.utf8))
        #expect(reading.records.map(\.body.count) == [1000, 4])
        #expect(reading.records.map(\.flags) == [[.truncated, .malformed], []])
    }

    @Test func `any text comes back from Docker's way of writing it`() {
        var dice = SplitMix(seed: 11)
        let characters: [Character] = ["a", "\"", "\\", "\n", "\t", "é", "🦜", "\u{2028}", "<", "/"]
        for _ in 0..<300 {
            let text = String(
                (0..<Int.random(in: 0..<60, using: &dice)).map { _ in
                    characters.randomElement(using: &dice) ?? "-"
                }
            )
            var out = OutputBuffer()
            out.append("{\"log\":\"")
            out.append(jsonEscaped: text + "\n")
            out.append("\",\"stream\":\"stderr\",\"time\":\"2023-11-14T22:13:20Z\"}\n")
            let records = LineReading.records(out.text, .docker)
            #expect(records.map(\.text) == [text])
        }
    }
}
