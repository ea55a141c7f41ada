import Bytes
import Codecs
import Testing

/// Lines of web servers.
struct AccessLogLineTests {
    /// The examples of Apache's "Log Files" and of nginx's `ngx_http_log_module`, part by part.
    @Test func `the documents' examples`() throws {
        let common = BodyText(
            #"127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326"#
        )
        let foundCommon = AccessLogLine(common.bytes.span)
        let line = try #require(foundCommon)
        #expect(common(line.address) == "127.0.0.1" && common(line.identity) == "-")
        #expect(common(line.user) == "frank" && common(line.time) == "10/Oct/2000:13:55:36 -0700")
        #expect(common(line.method) == "GET" && common(line.path) == "/apache_pb.gif")
        #expect(common(line.version) == "HTTP/1.0")
        #expect(common(line.status) == "200" && common(line.size) == "2326")
        #expect(line.referer == nil && line.agent == nil)
        let combined = BodyText(
            #"127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326 "#
                + #""http://www.example.com/start.html" "Mozilla/4.08 [en] (Win98; I ;Nav)""#
        )
        let foundCombined = AccessLogLine(combined.bytes.span)
        let more = try #require(foundCombined)
        #expect(combined(more.referer) == "http://www.example.com/start.html")
        #expect(combined(more.agent) == "Mozilla/4.08 [en] (Win98; I ;Nav)")
    }

    @Test(
        arguments: [
            // A request that is none, one without a protocol, one with blanks and one with quotes.
            (#"\x16\x03\x01"#, nil, #"\x16\x03\x01"#, nil), ("GET /", "GET", "/", nil),
            ("GET /a b HTTP/1.1", "GET", "/a b", "HTTP/1.1"),
            (#"GET /\" HTTP/1.1"#, "GET", #"/\""#, "HTTP/1.1"), ("", nil, "", nil),
            ("-", nil, "-", nil),
            ("PRI * HTTP/2.0", "PRI", "*", "HTTP/2.0"), ("GET  HTTP/1.1", "GET", "", "HTTP/1.1"),
        ] as [(String, String?, String, String?)]
    )
    func requests(_ request: String, _ method: String?, _ path: String, _ version: String?) throws {
        let text = BodyText(#"::1 - - [10/Oct/2000:13:55:36 +0000] "\#(request)" 400 0"#)
        let found = AccessLogLine(text.bytes.span)
        let line = try #require(found)
        #expect(text(line.method) == method)
        #expect(text(line.path) == path)
        #expect(text(line.version) == version)
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `what is written is read again, and cut anywhere it does no harm`(_ seed: UInt64) throws {
        var pieces = BodyPieces(seed: seed)
        for _ in 0..<50 {
            let parts = [
                pieces.word("0123456789abcdef.:"), pieces.word("ab-"), pieces.word("frank é"),
                pieces.word("0123456789/:+ "), pieces.word("GETPOSU"), pieces.word("/abc?=&%"),
                "\(pieces.number(100...999))", pieces.flip() ? "-" : "\(pieces.number(0...99999))",
            ]
            let user = parts[2].hasPrefix(" ") ? "x" : parts[2]
            let text = BodyText(
                "\(parts[0]) \(parts[1]) \(user) [\(parts[3])] \"\(parts[4]) \(parts[5]) HTTP/1.1\" "
                    + "\(parts[6]) \(parts[7])"
            )
            let found = AccessLogLine(text.bytes.span)
            let line = try #require(found, "\(text.bytes)")
            #expect(text(line.address) == parts[0] && text(line.identity) == parts[1])
            #expect(text(line.user) == user && text(line.time) == parts[3])
            #expect(text(line.method) == parts[4] && text(line.path) == parts[5])
            #expect(text(line.status) == parts[6] && text(line.size) == parts[7])
            for length in 0..<text.bytes.count { Self.check(Array(text.bytes.prefix(length))) }
        }
        let likely = [
            "127.0.0.1 ", "- ", "[", "] ", "\"", "\\", " ", "GET / HTTP/1.1", "200 ", "1",
        ]
        for _ in 0..<2000 { Self.check(pieces.noise(likely)) }
    }

    private static func check(_ bytes: [UInt8]) {
        guard let line = AccessLogLine(bytes.span) else { return }
        let ranges = [
            line.address, line.identity, line.user, line.time, line.method, line.path, line.version,
            line.status, line.size, line.referer, line.agent,
        ]
        #expect(areInOrder(ranges, within: bytes.count), "\(bytes)")
    }
}
