import LogRules
import Telemetry
import Testing

/// A record's time from a field or from the text.
@Suite struct TimeStepTests {
    private func run(_ yaml: String, _ line: String) throws -> StepBench.Seen {
        let workers = [
            try StepBench.worker(JSONStep.self, "{}"), try StepBench.worker(TimeStep.self, yaml),
        ]
        return try #require(StepBench.run(workers, on: [line]).first)
    }

    @Test(arguments: [
        (#"{"time":"2026-11-24T01:02:03Z"}"#, 1_795_482_123_000_000_000),
        (#"{"ts":"2026-11-24T01:02:03.123456789+01:00"}"#, 1_795_478_523_123_456_789),
        (#"{"timestamp":"2026-11-24 01:02:03,5"}"#, 1_795_482_123_500_000_000),
        (#"{"@timestamp":"2026-11-24T01:02:03.5-0530"}"#, 1_795_501_923_500_000_000),
        (#"{"t":1795482123}"#, 1_795_482_123_000_000_000),
        (#"{"ts":1795482123.25}"#, 1_795_482_123_250_000_000),
        (#"{"ts":1795482123123}"#, 1_795_482_123_123_000_000),
        (#"{"ts":1795482123123.5}"#, 1_795_482_123_123_500_000),
        (#"{"ts":1795482123123456}"#, 1_795_482_123_123_456_000),
        (#"{"ts":1795482123123456789}"#, 1_795_482_123_123_456_789),
        (#"{"ts":0,"time":"x"}"#, 0),
    ])
    func usualTimes(_ line: String, _ time: Int64) throws {
        let seen = try self.run("fields: [time, ts, timestamp, '@timestamp', t]", line)
        if line.contains("\"x\"") {
            #expect(seen.flags == .unparsed)
        } else {
            #expect(seen.flags == [])
        }
        #expect(seen.time == time)
    }

    @Test(arguments: [
        "yesterday", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "0001-01-01T00:00:00Z",
        "2026-01-01T24:00:00Z", "2026-01-01T00:00:00ZZ", "2026-01-01", "99999999999999999999", "-5",
        "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+2",
    ])
    func impossibleTimesAreLeft(_ text: String) throws {
        let seen = try self.run("{}", "{\"time\":\"\(text)\"}")
        #expect(seen.flags == .unparsed)
        #expect(seen.time == 0)
        #expect(seen.fields == ["time=\(text)"])
    }

    @Test func formatsOfOnesOwn() throws {
        let yaml =
            #"{formats: ['%d/%b/%Y:%H:%M:%S %z', '%b %e %I:%M:%S.%L %p', '%s'], zone: '-01:00'}"#
        #expect(
            try self.run(yaml, #"{"time":"10/Oct/2000:13:55:36 -0700"}"#).time
                == 971_211_336_000_000_000
        )
        #expect(
            try self.run(yaml, #"{"time":"Jan  2 01:00:00.5 PM"}"#).time == 136_800_500_000_000
        )
        #expect(try self.run(yaml, #"{"time":"17"}"#).time == 17_000_000_000)
        #expect(try self.run(yaml, #"{"time":"2026-01-01T00:00:00Z"}"#).flags == .unparsed)
    }

    @Test func theTextCanHaveIt() throws {
        let workers = [
            try StepBench.worker(TimeStep.self, #"{pattern: '^\[([^\]]+)\]', zone: '+01:00'}"#)
        ]
        let seen = StepBench.run(workers, on: ["[1970-01-01 02:00:00] x", "x"])
        #expect(seen[0].time == 3_600_000_000_000)
        #expect(seen[1].flags == .unparsed)
    }

    @Test func theFieldCanGo() throws {
        #expect(
            try self.run("keep_field: false", #"{"a":1,"ts":5,"b":2}"#).fields == ["a=1", "b=2"]
        )
        #expect(try self.run("{}", #"{"a":1}"#).flags == [])
    }

    @Test(arguments: ["formats: ['%Q']", "formats: ['%']", "formats: ['%H:%M']", "zone: Berlin"])
    func aBadFormatIsAnError(_ yaml: String) {
        #expect(throws: (any Error).self) { try StepBench.worker(TimeStep.self, yaml) }
    }
}
