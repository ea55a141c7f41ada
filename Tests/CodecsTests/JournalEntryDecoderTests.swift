import Bytes
import Codecs
import RandomTesting
import Telemetry
import Testing

@Suite struct JournalEntryDecoderTests {
    static func read(
        _ entries: [[[UInt8]]],
        names: [String] = JournalFieldNames.usual,
        maxLineBytes: Int = 1 << 20,
        isWhole: Bool = true,
    ) -> DecodedEntries {
        var decoder = JournalEntryDecoder(JournalFieldNames(names), maxLineBytes: maxLineBytes)
        var batch = LogBatch(capacity: 1024)
        var reading = DecodedEntries()
        for (number, entry) in entries.enumerated() {
            for field in entry { decoder.take(field.span, into: &batch) }
            decoder.complete(
                number: Int64(number + 1),
                microseconds: 1_700_000_000_000_000,
                isWhole: isWhole,
                into: &batch,
                &reading.result,
            )
        }
        reading.collect(batch)
        return reading
    }

    static func read(
        _ entries: [String]...,
        names: [String] = JournalFieldNames.usual,
    ) -> DecodedEntries {
        Self.read(entries.map { $0.map { Array($0.utf8) } }, names: names)
    }

    @Test func `the message is the body and the rest are fields`() {
        let reading = Self.read(
            [
                "_TRANSPORT=stdout", "MESSAGE=up and running", "PRIORITY=6", "_PID=812",
                "X=left out",
            ],
            ["MESSAGE=", "_SYSTEMD_UNIT=a.service"],
        )
        #expect(reading.records.map(\.text) == ["up and running", ""])
        #expect(reading.records.map(\.offset) == [1, 2])
        #expect(
            reading.fields == [
                ["_TRANSPORT=stdout", "PRIORITY=6", "_PID=812"], ["_SYSTEMD_UNIT=a.service"],
            ]
        )
        #expect(reading.severities == [.info, .unknown])
    }

    @Test func `an entry without message is a record without body`() {
        let reading = Self.read(["PRIORITY=3", "_PID=1"])
        #expect(reading.records.map(\.body) == [[]])
        #expect(reading.severities == [.error])
    }

    @Test func `the sender's time goes before the receiver's`() {
        let reading = Self.read(
            ["_SOURCE_REALTIME_TIMESTAMP=1600000000123456", "MESSAGE=a"],
            ["MESSAGE=b"],
            ["_SOURCE_REALTIME_TIMESTAMP=yesterday", "MESSAGE=c"],
            ["_SOURCE_REALTIME_TIMESTAMP=18446744073709551615", "MESSAGE=d"],
            ["_SOURCE_REALTIME_TIMESTAMP=1", "_SOURCE_REALTIME_TIMESTAMP=2", "MESSAGE=e"],
        )
        let received: Int64 = 1_700_000_000_000_000_000
        #expect(
            reading.records.map(\.time) == [
                1_600_000_000_123_456_000, received, received, received, 1000,
            ]
        )
    }

    @Test(arguments: ["8", "x", "", "-1", "99999999999999999999"])
    func `an unknown priority has no severity`(text: String) {
        let reading = Self.read(["PRIORITY=\(text)", "MESSAGE=a"])
        #expect(reading.severities == [.unknown])
        #expect(reading.fields == [["PRIORITY=\(text)"]])
    }

    @Test func `of fields of one name the first is kept`() {
        let twice = ["MESSAGE=a", "MESSAGE=b", "_PID=1", "_PID=2", "A=x", "A=y"]
        #expect(Self.read(twice).fields == [["_PID=1"]])
        #expect(Self.read(twice, names: ["*"]).fields == [["_PID=1", "A=x"]])
        #expect(Self.read(twice).records.map(\.text) == ["a"])
    }

    @Test func `of one entry nothing is left for the next`() {
        let reading = Self.read(
            ["MESSAGE=a", "PRIORITY=3", "_PID=1", "_SOURCE_REALTIME_TIMESTAMP=1"],
            ["_PID=2"],
        )
        #expect(reading.records.map(\.text) == ["a", ""])
        #expect(reading.severities == [.error, .unknown])
        #expect(reading.fields[1] == ["_PID=2"])
        #expect(reading.records[1].time == 1_700_000_000_000_000_000)
    }

    @Test func `what is abandoned leaves nothing`() {
        var decoder = JournalEntryDecoder(JournalFieldNames(), maxLineBytes: 100)
        var batch = LogBatch(capacity: 64)
        var result = LineDecoder.Result()
        for field in ["MESSAGE=gone", "_PID=1", "PRIORITY=0"] {
            decoder.take(Array(field.utf8).span, into: &batch)
        }
        decoder.abandon()
        decoder.take(Array("_PID=2".utf8).span, into: &batch)
        decoder.complete(number: 7, microseconds: 1, isWhole: true, into: &batch, &result)
        let record = batch.table.records[0]
        let body = batch.withBody(of: record) { $0.count }
        let fields = fieldTexts(of: record, in: batch)
        let count = batch.table.records.count
        #expect(count == 1)
        #expect(body == 0)
        #expect(fields == ["_PID=2"])
        #expect(record.severity == .unknown)
        #expect(result.consumed == 6)
    }

    @Test func `long messages are cut at a character`() {
        let reading = Self.read([[Array("MESSAGE=\("é" * 10)".utf8)]], maxLineBytes: 11)
        #expect(reading.records.map(\.text) == ["é" * 5])
        #expect(reading.records[0].flags == .truncated)
        #expect(reading.result.truncated == 1)
        #expect(reading.result.dropped == 10)
        #expect(reading.result.consumed == 28)
        #expect(reading.records[0].sourceBytes == 18)
    }

    @Test func `long fields are cut and too many of them too`() {
        let field = "y" * (JournalEntryDecoder.fieldLimit + 5)
        let fields = (0..<40).map { Array("F\($0)=\(field)".utf8) }
        let reading = Self.read([fields], names: ["*"])
        let kept = reading.fields[0].reduce(0) { $0 + $1.utf8.count }
        #expect(kept <= JournalEntryDecoder.fieldsLimit + 40 * 4)
        #expect(reading.fields[0][0].utf8.count == JournalEntryDecoder.fieldLimit + 3)
        #expect(reading.records[0].flags == .truncated)
        #expect(reading.result.truncated == 1)
        let account = Int(reading.records[0].sourceBytes) + reading.result.dropped
        #expect(account == fields.reduce(0) { $0 + $1.count })
    }

    @Test func `an entry that could not be read whole says so`() {
        let reading = Self.read([[Array("MESSAGE=a".utf8)]], isWhole: false)
        #expect(reading.records[0].flags == .malformed)
        #expect(reading.result.malformed == 1)
    }

    @Test func `what is no field is counted and left out`() {
        let long = "A" * 70 + "=x"
        let reading = Self.read(["no equals", "=", "=x", "", long, "MESSAGE=a"], names: ["*"])
        #expect(reading.records.map(\.text) == ["a"])
        #expect(reading.result.consumed == 9 + 1 + 2 + 72 + 9)
    }

    @Test(arguments: 0..<100)
    func `every byte is accounted for`(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let names = ["MESSAGE", "PRIORITY", "_PID", "A", "B", "_SOURCE_REALTIME_TIMESTAMP", ""]
        var bytes = 0
        let entries = (0..<Int.random(in: 1...10, using: &random)).map { _ in
            (0..<Int.random(in: 0...12, using: &random)).map { _ -> [UInt8] in
                let name = names[Int.random(in: 0..<names.count, using: &random)]
                let length = Int.random(in: 0...80, using: &random)
                let value = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
                bytes += name.utf8.count + 1 + value.count
                return Array("\(name)=".utf8) + value
            }
        }
        let limit = Int.random(in: 1...60, using: &random)
        let reading = Self.read(entries, names: ["*"], maxLineBytes: limit)
        #expect(reading.records.count == entries.count)
        #expect(reading.records.allSatisfy { $0.body.count <= limit })
        #expect(reading.result.consumed == bytes)
        let kept = reading.records.reduce(0) { $0 + $1.sourceBytes }
        #expect(kept + reading.result.dropped == bytes)
        for fields in reading.fields {
            let keys = fields.map { $0.prefix { $0 != "=" } }
            #expect(Set(keys).count == keys.count, "a key twice")
        }
    }
}

private func * (text: String, count: Int) -> String { String(repeating: text, count: count) }
