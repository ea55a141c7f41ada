import Bytes
import Codecs
import Telemetry
import Testing

/// Both forms of syslog.
struct SyslogLineTests {
    private func parts(_ text: BodyText, _ line: SyslogLine) -> [String] {
        let ranges = [
            line.time, line.host, line.program, line.process, line.messageID, line.structured,
            line.message,
        ]
        return ranges.map { text($0) ?? "-" }
    }

    /// RFC 5424, sections 6.5 and 6.3.5.
    @Test(
        arguments: [
            (
                "<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - 'su root' failed",
                34,
                [
                    "2003-10-11T22:14:15.003Z", "mymachine.example.com", "su", "-", "ID47", "-",
                    "'su root' failed",
                ],
            ),
            (
                "<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time.",
                165,
                [
                    "2003-08-24T05:14:15.000003-07:00", "192.0.2.1", "myproc", "8710", "-", "-",
                    "%% It's time.",
                ],
            ),
            (
                #"<165>1 2003-10-11T22:14:15.003Z m evntslog - ID47 [a@1 b="3"][c@1 d="high"]"#,
                165,
                [
                    "2003-10-11T22:14:15.003Z", "m", "evntslog", "-", "ID47",
                    #"[a@1 b="3"][c@1 d="high"]"#, "",
                ],
            ),
            // Two elements with a blank between them: the second one is the message.
            (
                #"<165>1 - - - - - [a@1 b="3"] [c@1 d="high"]"#, 165,
                ["-", "-", "-", "-", "-", #"[a@1 b="3"]"#, #"[c@1 d="high"]"#],
            ),
            ("<0>1 - - - - - -", 0, ["-", "-", "-", "-", "-", "-", ""]),
            (
                #"<191>1 - - - - - [sigSig ver="1\]\"\\"] x"#, 191,
                [
                    "-", "-", "-", "-", "-", #"[sigSig ver="1\]\"\\"]"#, "x",
                ],
            ),
        ] as [(String, Int, [String])]
    )
    func `the new form`(_ line: String, _ priority: Int, _ parts: [String]) throws {
        let text = BodyText(line)
        let found = SyslogLine(text.bytes.span)
        let syslog = try #require(found)
        #expect(syslog.form == .rfc5424 && syslog.priority == priority)
        #expect(self.parts(text, syslog) == parts)
    }

    /// RFC 3164, section 5.4, and files that local daemons write.
    @Test(
        arguments: [
            (
                "<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8", 34,
                [
                    "Oct 11 22:14:15", "mymachine", "su", "-",
                    "'su root' failed for lonvick on /dev/pts/8",
                ],
            ),
            (
                "<0>Oct  2 10:52:01 10.1.2.3 sched[0]: That's All Folks!", 0,
                ["Oct  2 10:52:01", "10.1.2.3", "sched", "0", "That's All Folks!"],
            ),
            (
                "<13>Feb  5 17:32:18 10.0.0.99 Use the BFG!", 13,
                [
                    "Feb  5 17:32:18", "10.0.0.99", "-", "-", "Use the BFG!",
                ],
            ),
            (
                "Oct 11 22:14:15 node kernel: [    1.5] usb 1-1: new device", nil,
                [
                    "Oct 11 22:14:15", "node", "kernel", "-", "[    1.5] usb 1-1: new device",
                ],
            ),
            (
                "2026-11-24T10:00:00+01:00 node systemd[1]: a: b", nil,
                [
                    "2026-11-24T10:00:00+01:00", "node", "systemd", "1", "a: b",
                ],
            ),
        ] as [(String, Int?, [String])]
    )
    func `the old form`(_ line: String, _ priority: Int?, _ parts: [String]) throws {
        let text = BodyText(line)
        let found = SyslogLine(text.bytes.span)
        let syslog = try #require(found)
        #expect(syslog.form == .rfc3164 && syslog.priority == priority)
        let seen = [syslog.time, syslog.host, syslog.program, syslog.process, syslog.message]
        #expect(seen.map { text($0) ?? "-" } == parts)
    }

    @Test func `the priority says how grave it is`() throws {
        let names: [LogSeverity] = [
            .fatal, .alert, .critical, .error, .warning, .notice, .info, .debug,
        ]
        for priority in 0...191 {
            let found = SyslogLine(Array("<\(priority)>1 - - - - - - x".utf8).span)
            let line = try #require(found)
            #expect(line.severity == names[priority % 8])
        }
        for wrong in [
            "<192>1 - - - - - - x", "<-1>1 - - - - - - x", "<1x>1 - - - - - - x", "<>1 - - -",
        ] {
            let isRead = SyslogLine(Array(wrong.utf8).span) != nil
            #expect(!isRead, "\(wrong)")
        }
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `what is written is read again, and cut anywhere it does no harm`(_ seed: UInt64) throws {
        var pieces = BodyPieces(seed: seed)
        for _ in 0..<50 {
            var values: [String] = []
            var structured = ""
            for element in 0..<pieces.number(1...3) {
                structured += "[e\(element)"
                for name in 0..<pieces.number(0...3) {
                    let value = pieces.word("a b=é\"\\]", upTo: 8)
                    let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
                        .replacing("]", with: "\\]")
                    structured += " n\(name)=\"\(escaped)\""
                    values.append("e\(element).n\(name)=\(value)")
                }
                structured += "]"
            }
            let message = pieces.word("any thing [é]", upTo: 30)
            let text = BodyText(
                "<\(pieces.number(0...191))>1 - host prog 12 id \(structured) \(message)"
            )
            let found = SyslogLine(text.bytes.span)
            let line = try #require(found, "\(text.bytes)")
            #expect(text(line.structured) == structured && text(line.message) == message)
            #expect(Self.parameters(of: line, in: text) == values)
            for length in 0..<text.bytes.count { Self.check(Array(text.bytes.prefix(length))) }
        }
        let likely = [
            "<34>", "1 ", "- ", "[a", "]", " b=\"", "\"", "\\", " ", "Oct 11 22:14:15 ", ":", "[",
        ]
        for _ in 0..<2000 { Self.check(pieces.noise(likely)) }
    }

    private static func parameters(of line: SyslogLine, in text: BodyText) -> [String] {
        var found: [String] = []
        var parameters = SyslogParameters(from: line.structured?.lowerBound ?? 0)
        while let parameter = parameters.next(text.bytes.span) {
            if line.structured?.contains(parameter.value.lowerBound) != true { break }
            var value = OutputBuffer()
            value.append(text.bytes.span.extracting(parameter.value))
            if parameter.hasEscapes { value.removeSyslogEscapes(from: 0) }
            found.append(
                "\(text(parameter.element) ?? "").\(text(parameter.name) ?? "")=\(value.text)"
            )
        }
        return found
    }

    private static func check(_ bytes: [UInt8]) {
        for form in [nil, .rfc3164, .rfc5424] as [SyslogLine.Form?] {
            guard let line = SyslogLine(bytes.span, as: form) else { continue }
            let ranges = [
                line.time, line.host, line.program, line.process, line.messageID, line.structured,
                line.message,
            ]
            #expect(areInOrder(ranges, within: bytes.count), "\(bytes)")
            #expect(line.message.upperBound == bytes.count, "\(bytes)")
        }
    }
}
