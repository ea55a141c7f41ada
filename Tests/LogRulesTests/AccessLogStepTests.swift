import LogRules
import Telemetry
import Testing

/// Access logs in the common and the combined format.
@Suite struct AccessLogStepTests {
    private static let combined =
        #"192.0.2.7 - frank m [10/Oct/2000:13:55:36 -0700] "GET /a?b=\"c\" HTTP/1.0" 200 2326 "#
        + #""http://www.example.com/" "Mozilla/4.08 (X11)" "extra""#

    @Test func nginxLinesHaveFluentBitsNames() throws {
        let worker = try StepBench.worker(NginxStep.self, "{}")
        let seen = try #require(StepBench.run([worker], on: [Self.combined]).first)
        #expect(
            seen.fields == [
                "remote=192.0.2.7", "user=frank m", "method=GET", #"path=/a?b=\"c\""#, "code=200",
                "size=2326", "referer=http://www.example.com/", "agent=Mozilla/4.08 (X11)",
            ]
        )
        #expect(seen.forms[4] == .json)
        #expect(seen.time == 971_211_336_000_000_000)
        #expect(seen.body == Self.combined)
    }

    @Test func apacheLinesInTheCommonFormat() throws {
        let worker = try StepBench.worker(ApacheStep.self, "{keep_body: false, time: false}")
        let line = #"::1 - - [10/Oct/2000:13:55:36 +0000] "\x16\x03" 400 -"#
        let seen = try #require(StepBench.run([worker], on: [line]).first)
        #expect(seen.fields == ["host=::1", #"path=\x16\x03"#, "code=400"])
        #expect(seen.flags == .bodyless)
        #expect(seen.time == 0)
    }

    @Test(arguments: [
        "", "a b c", #"a - - [x] "GET / HTTP/1.1" 20 1"#,
        #"a - - [10/Oct/2000:13:55:36 +0000] "GET"#,
        #"a - - [99/Oct/2000:13:55:36 +0000] "GET / HTTP/1.1" 200 1"#,
    ])
    func otherLinesAreKept(_ line: String) throws {
        let worker = try StepBench.worker(NginxStep.self, "{}")
        let seen = try #require(StepBench.run([worker], on: [line]).first)
        #expect(seen.flags == .unparsed)
        #expect(seen.body == line)
        #expect(seen.time == 0)
    }
}
