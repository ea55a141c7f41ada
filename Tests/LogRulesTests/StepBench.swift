import AgentTesting
import Bytes
import Config
import Logging
import Pipeline
import Telemetry

/// Runs steps, as a configuration has them, over records made of lines.
struct StepBench {
    /// A record as a test looks at it.
    struct Seen: Equatable {
        var body: String
        var fields: [String]
        var forms: [LogField.Form]
        var roles: [LogField.Role]
        var severity: UInt8
        var time: Int64
        var flags: LogRecord.Flags
    }

    /// A step's worker, made from a section of YAML.
    static func worker<Step: LogStep>(
        _ type: Step.Type,
        _ yaml: String,
        meters: Meters = Meters(),
    ) throws -> any LogStepWorker {
        let document = try ConfigDocument.parse(yaml)
        let (options, report) = ConfigLoader.read(from: document) { node throws(ConfigError) in
            try Step.Options(from: &node)
        }
        guard let options else { throw ConfigError(at: .init(file: ""), "\(report)") }
        return try Step(options, in: Self.context(meters)).makeWorker(for: "es")
    }

    /// A context in which nothing is known.
    static func context(_ meters: Meters = Meters()) -> ComponentContext {
        ComponentContext(
            nodeName: "node-1",
            stateDirectory: "",
            clock: ManualClock(),
            meters: meters,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        )
    }

    /// What workers make of lines, each a record of standard output; dropped ones are left out.
    static func run(_ workers: [any LogStepWorker], on lines: [String]) -> [Seen] {
        var batch = LogBatch(capacity: 4096)
        for (place, line) in lines.enumerated() {
            let start = batch.input.count
            batch.input.append(line)
            batch.table.records.append(
                LogRecord(
                    time: 0,
                    offset: Int64(place),
                    start: start,
                    count: batch.input.count - start,
                    sourceBytes: line.utf8.count + 1,
                    stream: .stdout,
                )
            )
        }
        let records = batch.fill { input, table in
            var kept: [LogRecord] = []
            for var record in table.records {
                let isKept = workers.allSatisfy { worker in
                    let verdict = worker.apply(to: &record, of: input, in: &table)
                    if verdict == .failed { record.flags.insert(.unparsed) }
                    return verdict != .drop
                }
                if isKept { kept.append(record) }
            }
            return kept
        }
        return records.map { record in
            Seen(
                body: batch.withBody(of: record) { $0.text },
                fields: record.fields.map { index in
                    let field = batch.table.fields[index]
                    let key = batch.withText(field.key) { $0.text }
                    let value = batch.withText(field.value) { $0.text }
                    return "\(key)=\(value)"
                },
                forms: record.fields.map { batch.table.fields[$0].form },
                roles: record.fields.map { batch.table.fields[$0].role },
                severity: record.severity.rawValue,
                time: record.time,
                flags: record.flags.subtracting(.derived),
            )
        }
    }
}
