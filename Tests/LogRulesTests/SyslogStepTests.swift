import LogRules
import Telemetry
import Testing

/// Both forms of syslog; examples of RFC 5424, section 6.5, and RFC 3164, section 5.4.
@Suite struct SyslogStepTests {
    private func run(_ yaml: String, _ line: String) throws -> StepBench.Seen {
        let worker = try StepBench.worker(SyslogStep.self, yaml)
        return try #require(StepBench.run([worker], on: [line]).first)
    }

    @Test func theNewFormWithStructuredData() throws {
        let line =
            #"<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 "#
            + #"[exampleSDID@32473 iut="3" eventSource="App\"li\]cation"][examplePriority@32473 "#
            + "class=\"high\"] \u{feff}An application event"
        let seen = try self.run("keep_body: false", line)
        #expect(
            seen.fields == [
                "pri=165", "host=mymachine.example.com", "ident=evntslog", "msgid=ID47",
                "exampleSDID@32473.iut=3", #"exampleSDID@32473.eventSource=App"li]cation"#,
                "examplePriority@32473.class=high",
            ]
        )
        #expect(seen.body == "An application event")
        #expect(seen.severity == LogSeverity.notice.rawValue)
        #expect(seen.time == 1_065_910_455_003_000_000)
    }

    @Test func theOldForm() throws {
        let line = "<34>Oct 11 22:14:15 mymachine su[231]: 'su root' failed for lonvick"
        let seen = try self.run("zone: '+02:00'", line)
        #expect(
            seen.fields == [
                "pri=34", "host=mymachine", "ident=su", "pid=231",
                "message='su root' failed for lonvick",
            ]
        )
        #expect(seen.severity == LogSeverity.critical.rawValue)
        // The year whose 11th of October is nearest to 1970-01-01.
        #expect(seen.time == -7_011_945_000_000_000)
    }

    @Test func filesOfTheOldFormHaveNoPriority() throws {
        let line = "2026-11-24T10:00:00.5+01:00 node-1 kernel: device eth0 left"
        let seen = try self.run("{}", line)
        #expect(seen.fields == ["host=node-1", "ident=kernel", "message=device eth0 left"])
        #expect(seen.time == 1_795_510_800_500_000_000)
        #expect(seen.severity == 0)
    }

    @Test(arguments: [
        "", "<", "<192>1 - - - - - -", "<1>", "hello", "<34>1 2003-10-11T22:14:15Z a b c d [x",
        #"<34>1 - a b c d [x y="z]"#, "<34>1 2003-99-11T22:14:15Z a b c d - x",
    ])
    func otherLinesAreKept(_ line: String) throws {
        let seen = try self.run("format: rfc5424", line)
        #expect(seen.flags == .unparsed)
        #expect(seen.body == line)
    }
}
