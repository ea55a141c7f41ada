import Bytes
import Codecs
import Telemetry
import Testing

/// Lines of klog.
struct KlogLineTests {
    /// As klog's own tests of `formatHeader` have them, and as components write them.
    @Test(
        arguments: [
            (
                "I0102 15:04:05.067890    1234 path.go:7] x", LogSeverity.info, "1234", "path.go",
                "7", "x",
            ),
            (
                "E1123 01:30:05.123456       1 leaderelection.go:332] error retrieving lock: [a]: b",
                .error, "1", "leaderelection.go", "332", "error retrieving lock: [a]: b",
            ),
            ("F1231 23:59:59.999999 7654321 a:b.go:10]y", .fatal, "7654321", "a:b.go", "10", "y"),
            ("W0101 00:00:00.000000       1 x.go:1] ", .warning, "1", "x.go", "1", ""),
        ] as [(String, LogSeverity, String, String, String, String)]
    )
    func `a line is taken apart`(
        _ line: String,
        _ severity: LogSeverity,
        _ thread: String,
        _ file: String,
        _ number: String,
        _ message: String,
    ) throws {
        let text = BodyText(line)
        let found = KlogLine(text.bytes.span)
        let klog = try #require(found)
        #expect(klog.severity == severity)
        #expect(text(klog.time)?.count == 20)
        #expect(text(klog.thread) == thread)
        #expect(text(klog.file) == file && text(klog.line) == number)
        #expect(text(klog.message) == message)
    }

    @Test(arguments: [
        "D0102 15:04:05.067890    1234 path.go:7] x", "I0102 15:04:05,067890    1234 path.go:7] x",
        "I0102T15:04:05.067890    1234 path.go:7] x",
        "I0102 15:04:05.067890    1234 path.go] x y z",
        "I0102 15:04:05.067890 path.go:7] words words",
        "I0102 15:04:05.067890    1234 path.go:x] y",
        "I0102 15:04:05.067890    1234 :7] no name here",
        "I0102 15:04:05.06789     1234 path.go:7] x",
    ])
    func `what is no such line is none`(_ line: String) {
        let isRead = KlogLine(Array(line.utf8).span) != nil
        #expect(!isRead)
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `what is written is read again, and cut anywhere it does no harm`(_ seed: UInt64) throws {
        var pieces = BodyPieces(seed: seed)
        for _ in 0..<50 {
            let thread = "\(pieces.number(1...9_999_999))"
            let padded = String(repeating: " ", count: 7 - thread.count) + thread
            let file = pieces.word("abc_.-") + ".go"
            let number = "\(pieces.number(1...9999))"
            let message = pieces.word("msg =\"]:é", upTo: 40)
            let text = BodyText(
                "\(pieces.pick(["I", "W", "E", "F"]))0102 15:04:05.067890 \(padded) "
                    + "\(file):\(number)] \(message)"
            )
            if text.bytes.count <= 30 { continue }
            let found = KlogLine(text.bytes.span)
            let line = try #require(found, "\(text.bytes)")
            #expect(text(line.thread) == thread && text(line.file) == file)
            #expect(text(line.line) == number && text(line.message) == message)
            for length in 0..<text.bytes.count { Self.check(Array(text.bytes.prefix(length))) }
        }
        let likely = ["I0102 15:04:05.067890", "    1234", " ", "a.go", ":7", "] ", "]", "[", "0"]
        for _ in 0..<2000 { Self.check(pieces.noise(likely)) }
    }

    private static func check(_ bytes: [UInt8]) {
        guard let line = KlogLine(bytes.span) else { return }
        let ranges = [line.time, line.thread, line.file, line.line, line.message]
        #expect(areInOrder(ranges, within: bytes.count), "\(bytes)")
        #expect(line.message.upperBound == bytes.count, "\(bytes)")
    }
}
