import Bytes
import Foundation
import LogRules
import Pipeline
import RandomTesting
import Telemetry
import Testing

/// Whatever bytes come and in whatever order steps stand: nothing crashes, every value is what its form
/// says, no name is there twice, and what is not text stays as it was.
@Suite struct RandomRecordTests {
    private static let pieces = [
        "{", "}", "[", "]", ":", ",", "\"", "\\", "\\n", "\\u00e9", "\\ud83d\\ude00", "\\ud800",
        "a", "level",
        "error", "msg", "time", "2026-11-24T01:02:03Z", "1795482123", "4111111111111111", "-", " ",
        "=", "password", "token", "a@b.io", "eyJhbGciOiJ9.eyJzdWIiOiI.x",
        "-----BEGIN PRIVATE KEY-----",
        "trace_id", "4bf92f3577b34da6a3ce929d0e0e4736", "dd", "<34>", "1 ", "Oct 11 22:14:15 ", "é",
        "\u{1}", "I0102 03:04:05.000001    1234 a.go:1] ", "1e9", "null", "true", "10.0.0.1",
        "[10/Oct/2000:13:55:36 -0700]", "\"GET / HTTP/1.1\"", " 200 ", "Bearer abcdefgh",
    ]

    private static func steps() throws -> [any LogStepWorker] {
        let condition = "any: [{field: a}, {body_contains: a, not: true}, {severity: info}]"
        return [
            try StepBench.worker(JSONStep.self, "{}"),
            try StepBench.worker(JSONStep.self, "{keep_body: false, prefix: p.}"),
            try StepBench.worker(JSONStep.self, "{keep_body: false, under: app}"),
            try StepBench.worker(LogfmtStep.self, "keep_body: false"),
            try StepBench.worker(
                RegexStep.self,
                "{pattern: '(?P<a>a?)(?P<n>\\d+)', numbers: [n]}",
            ),
            try StepBench.worker(NginxStep.self, "{}"),
            try StepBench.worker(KlogStep.self, "keep_body: false"),
            try StepBench.worker(SyslogStep.self, "keep_body: false"),
            try StepBench.worker(SeverityStep.self, "replace: true"),
            try StepBench.worker(TimeStep.self, "keep_field: false"),
            try StepBench.worker(TraceStep.self, "{}"),
            try StepBench.worker(DropStep.self, "{field: never}"),
            try StepBench.worker(KeepStep.self, "{\(condition)}"),
            try StepBench.worker(RenameStep.self, "fields: {a: b, msg: a, level: msg}"),
            try StepBench.worker(AddStep.self, "fields: {a: \"\\\"x\", c: y}"),
            try StepBench.worker(RemoveStep.self, "fields: ['t*']"),
            try StepBench.worker(MaskStep.self, "{expressions: [{pattern: 'a.'}]}"),
            try StepBench.worker(MaskStep.self, "detectors: [ipv4, email]"),
            try StepBench.worker(CountStep.self, "{name: x, labels: {a: a}, series_limit: 3}"),
        ]
    }

    private static func line(_ random: inout SplitMix) -> [UInt8] {
        var line: [UInt8] = Bool.random(using: &random) ? Array("{\"a\":".utf8) : []
        for _ in 0..<Int.random(in: 0..<16, using: &random) {
            if Int.random(in: 0..<10, using: &random) == 0 {
                line.append(UInt8.random(in: 0...255, using: &random))
            } else if Bool.random(using: &random) {
                line += Array("\"\(Self.pieces.randomElement(using: &random) ?? "")\":1,".utf8)
            } else {
                line += Array((Self.pieces.randomElement(using: &random) ?? "").utf8)
            }
        }
        if Bool.random(using: &random) { line += Array("\"z\":{\"y\":[\"x\"]}}".utf8) }
        return line
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func everyValueIsWhatItsFormSays(_ seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let steps = try Self.steps()
        for _ in 0..<200 {
            var batch = LogBatch(capacity: 64)
            let line = Self.line(&random)
            batch.input.append(line.span)
            var record = LogRecord(
                time: 0,
                offset: 0,
                start: 0,
                count: line.count,
                sourceBytes: line.count,
                stream: .stdout,
            )
            let chosen = (0..<6).compactMap { _ in steps.randomElement(using: &random) }
            batch.fill { input, table in
                for step in chosen { _ = step.apply(to: &record, of: input, in: &table) }
            }
            Self.check(record, batch, "seed \(seed): \(String(decoding: line, as: UTF8.self))")
        }
    }

    private static func check(_ record: LogRecord, _ batch: borrowing LogBatch, _ name: String) {
        #expect(batch.withBody(of: record) { $0.count } == Int(record.count), "\(name)")
        var keys: Set<[UInt8]> = []
        for field in record.fields.map({ batch.table.fields[$0] }) {
            let key = batch.withText(field.key) { $0.array }
            let value = batch.withText(field.value) { $0.array }
            #expect(keys.insert(key).inserted, "\(name): a name came twice")
            switch field.form {
            case .text: break
            case .jsonString: #expect(Self.isJSON([0x22] + value + [0x22]), "\(name)")
            case .json: #expect(value.first != 0x22 && Self.isJSON(value), "\(name)")
            }
        }
    }

    private static func isJSON(_ bytes: [UInt8]) -> Bool {
        (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) != nil
    }
}
