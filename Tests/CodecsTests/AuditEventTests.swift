import Codecs
import Telemetry
import Testing

struct AuditEventTests {
    private static let second: Int64 = 1_700_000_000 * 1_000_000_000

    private static let event =
        #"{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"RequestResponse","#
        + #""requestObject":{"stageTimestamp":"1999-01-01T00:00:00Z","a":"}\"{"},"#
        + #""requestReceivedTimestamp":"2023-11-14T22:13:20.000001Z","#
        + #""stageTimestamp":"2023-11-14T22:13:21.000000Z"}"#

    @Test(arguments: [
        (event, second + 1000),
        (#"{"stageTimestamp":"2023-11-14T22:13:20Z","verb":"get"}"#, second),
        (#"{"requestReceivedTimestamp":null,"stageTimestamp":"2023-11-14T22:13:20Z"}"#, second),
        (#"{"requestReceivedTimestamp":"soon","stageTimestamp":"2023-11-14T22:13:20Z"}"#, second),
    ])
    func `an event has the time at which the request came`(_ line: String, _ time: Int64) throws {
        let record = try #require(LineReading.records(line + "\n", .audit).first)
        #expect(record.time == time)
        #expect(record.text == line, "the event itself is kept as it is")
        #expect(record.flags == [])
    }

    @Test(arguments: [
        "", "no JSON", "{}", "[1]", #"{"stageTimestamp":"2023-11-14"#, #"{"verb":"get"}"#,
        #"{"requestObject":{"stageTimestamp":"2023-11-14T22:13:20Z"}}"#,
        #"{"stageTimestamp":"9999-11-14T22:13:20Z"}"#,
    ])
    func `a line without a time is kept whole and marked`(_ line: String) throws {
        let record = try #require(LineReading.records(line + "\n", .audit).first)
        #expect(record.time == 42)
        #expect(record.text == line)
        #expect(record.flags == .malformed)
    }

    @Test func `however a file is cut the same events come out`() {
        let bytes = Array(String(repeating: Self.event + "\n", count: 5).utf8)
        for chunkSize in 2...300 {
            var reading = LineReading()
            reading.decoder.format = .audit
            reading.chunkSize = chunkSize
            reading.read(bytes)
            #expect(
                reading.records.map(\.time) == [Int64](repeating: Self.second + 1000, count: 5)
            )
        }
    }
}
