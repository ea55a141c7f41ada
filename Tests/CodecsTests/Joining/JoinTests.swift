import Codecs
import Patterns
import RandomTesting
import Telemetry
import Testing

/// Which lines are joined, by whose word, within which limits.
struct JoinTests {
    private static func expressions(
        start: [String] = [],
        continue goesOn: [String] = [],
        end: [String] = [],
        unfinished: [String] = [],
    ) throws -> JoinPlan.Mode {
        var expressions = JoinExpressions()
        expressions.start = try start.map { try Pattern($0) }
        expressions.continue = try goesOn.map { try Pattern($0) }
        expressions.end = try end.map { try Pattern($0) }
        expressions.unfinished = try unfinished.map { try Pattern($0) }
        return .expressions(expressions)
    }

    @Test func `expressions say what begins, goes on, ends and is unfinished`() throws {
        let lines = ["BEGIN a", "b", "BEGIN c", "d", "e"]
        let started = JoinReading.texts(try Self.expressions(start: ["^BEGIN"]), lines)
        #expect(started == ["BEGIN a\nb", "BEGIN c\nd\ne"])
        let continued = JoinReading.texts(try Self.expressions(continue: ["^[bd]"]), lines)
        #expect(continued == ["BEGIN a\nb", "BEGIN c\nd", "e"])
        let ended = JoinReading.texts(try Self.expressions(end: ["^b", "^d"]), lines)
        #expect(ended == ["BEGIN a\nb", "BEGIN c\nd", "e"])
        let unfinished = JoinReading.texts(
            try Self.expressions(unfinished: [#"\\$"#]),
            [#"one \"#, #"two \"#, "three", "four"],
        )
        #expect(unfinished == ["one \\\ntwo \\\nthree", "four"])
        let both = JoinReading.texts(
            try Self.expressions(start: ["^x"], continue: [" "]),
            ["x 1", "y 2", "x 3", "z"],
        )
        #expect(both == ["x 1\ny 2", "x 3", "z"])
    }

    @Test func `what is over a limit makes another record and nothing is lost`() throws {
        var plan = JoinPlan(try Self.expressions(start: ["^BEGIN"]))
        plan.maxLines = 3
        let lines = ["BEGIN"] + (1...7).map { "line \($0)" }
        var reading = JoinReading(plan)
        let records = reading.read(JoinReading.file(lines)).map(\.text)
        #expect(records.map { $0.split(separator: "\n").count } == [3, 3, 2])
        #expect(records.joined(separator: "\n") == lines.joined(separator: "\n"))
        #expect(reading.counts.limited == 2)
        #expect(reading.counts.joined == 5)
        plan.maxLines = 500
        plan.maxBytes = 14
        reading = JoinReading(plan)
        #expect(reading.read(JoinReading.file(lines)).map(\.text).map(\.utf8.count).max() == 13)
    }

    @Test func `the automatic mode joins what is indented to what looks like a start`() {
        let lines = [
            "2026-11-24T10:00:00Z INFO settings:", "  port: 80", "\tname: x",
            "2026-11-24T10:00:01Z INFO done", "plain", "  indented, after a plain line",
            "{", "  \"key\": 1", "}", "{\"a\":1}", "  after an object",
        ]
        #expect(
            JoinReading.texts(.automatic, lines) == [
                lines[0...2].joined(separator: "\n"), lines[3], lines[4], lines[5],
                lines[6...8].joined(separator: "\n"), lines[9], lines[10],
            ]
        )
    }

    @Test func `the automatic mode learns what records begin with`() {
        let known = (0..<30).map { "2026-11-24T10:00:\($0 + 10)Z INFO line \($0)" }
        let query = ["2026-11-24T10:01:00Z ERROR query failed: SELECT", "FROM shop", "WHERE x"]
        #expect(JoinReading.texts(.automatic, query) == query)
        #expect(
            JoinReading.texts(.automatic, known + query)
                == known + [query.joined(separator: "\n")]
        )
        // Where every other line has no date, that is no sign.
        let mixed = known.flatMap { [$0, "plain"] }
        #expect(JoinReading.texts(.automatic, mixed) == mixed)
    }

    @Test(arguments: [
        "2023-11-14 22:13:20 x", "22:13:20.123 x", "[14/Nov/2023:22:13:20 +0000] x",
        "Nov 14 22:13:20 host x", "I1114 22:13:20.123456       1 x.go:1] x", "<13>Nov 14 x",
        "1700000000.123 x", "10.0.0.1 - - [14/Nov/2023] x", "[::1] INFO", "INFO x", "[warn] x",
        "WARNING: x", "level=info msg=x", "1:M 14 Nov 2023 x", "E, [2023-11-14T22:13:20 #7] x",
        "{\"level\":\"info\"}", "Tue, 14 Nov 2023 22:13:20 x",
    ])
    func `two lines that look like starts are never joined`(_ line: String) {
        let lines = (0..<40).map { "\(line) \($0)" }
        if line.hasPrefix("{") {
            #expect(JoinReading.texts(.automatic, [line, line]) == [line, line])
        } else {
            #expect(JoinReading.texts(.automatic, lines) == lines)
        }
    }

    @Test func `lines that were written long after are not taken for more of the same`() {
        let lines = ["2026-11-24T10:00:00Z INFO x", "  y", "  z"]
        let bytes = JoinReading.file(lines) { $0 < 2 ? 0 : 5 }
        var reading = JoinReading(.automatic)
        let records = reading.read(bytes).map(\.text)
        #expect(records == ["2026-11-24T10:00:00Z INFO x\n  y", "  z"])
    }

    @Test func `the time and the place are those of the first line`() {
        let bytes = JoinReading.file(TraceSample.exceptions[0].lines) { $0 }
        var reading = JoinReading(.traces(.exceptions))
        let records = reading.read(bytes)
        #expect(records[1].offset == Int64(records[0].sourceBytes))
        #expect(records[1].time - records[0].time == 1_000_000_000)
        #expect(records.reduce(0) { $0 + $1.sourceBytes } == bytes.count)
    }

    @Test func `partial lines are put together before`() {
        let stamp = "2026-11-24T10:00:00Z stderr"
        let text = """
            \(stamp) F java.lang.IllegalStateException: x
            \(stamp) P \tat com.example.Shop.
            \(stamp) F sell(Shop.java:42)
            \(stamp) F next

            """
        var reading = JoinReading(.traces(.exceptions))
        let records = reading.read(Array(text.utf8)).map(\.text)
        #expect(
            records == [
                "java.lang.IllegalStateException: x\n\tat com.example.Shop.sell(Shop.java:42)",
                "next",
            ]
        )
    }

    @Test func `a record may span a rotation and one that doesn't is its file's`() throws {
        let first = JoinReading.file(["BEGIN 1", "more"])
        var reading = JoinReading(try Self.expressions(start: ["^BEGIN"]))
        var assembly = LineAssembly()
        reading.begin(&assembly)
        reading.reading.read(first, file: 1, &assembly)
        #expect(reading.reading.records.isEmpty)
        #expect(assembly.position(in: 1, consumed: Int64(first.count)).resume == 0)
        reading.reading.read(JoinReading.file(["end", "BEGIN 2"]), file: 2, &assembly)
        #expect(reading.reading.records.map(\.text) == ["BEGIN 1\nmore\nend"])
        #expect(assembly.takeCarried().map(\.bytes) == [first.count])
        #expect(assembly.finishedFile == nil)
        reading.reading.read(JoinReading.file(["BEGIN 3"]), file: 3, &assembly)
        #expect(assembly.finishedFile == 2)
        var batch = LogBatch(capacity: 16)
        let parts = assembly.takeFinished(into: &batch.table)
        #expect(parts.isEmpty)
        reading.reading.collect(batch)
        #expect(reading.reading.records.last?.text == "BEGIN 2")
    }

    @Test func `the lines of all records are those that were read`() throws {
        let pool = TraceSample.all.flatMap(\.lines) + ["", "x", "  y", "BEGIN", "{}"]
        for seed in 1...60 as ClosedRange<UInt64> {
            var random = SplitMix(seed: seed)
            let lines = (0..<80).map { _ in pool.randomElement(using: &random) ?? "" }
            let bytes = JoinReading.file(lines) { $0 / 3 }
            let modes: [JoinPlan.Mode] = [
                .automatic, .traces(.all), .traces(.python), try Self.expressions(start: ["^B"]),
            ]
            for mode in modes {
                var whole = JoinReading(mode)
                whole.plan.maxLines = 2 + Int.random(in: 0..<20, using: &random)
                var cut = whole
                cut.chunkSize = Int.random(in: 200...900, using: &random)
                let records = whole.read(bytes)
                #expect(cut.read(bytes) == records, "seed \(seed), \(mode)")
                let joined = records.map(\.text).joined(separator: "\n")
                #expect(joined == lines.joined(separator: "\n"), "seed \(seed), \(mode)")
                #expect(records.reduce(0) { $0 + $1.sourceBytes } == bytes.count)
                #expect(whole.reading.waitingBytes == 0)
            }
        }
    }
}
