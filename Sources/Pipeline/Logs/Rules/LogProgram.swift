import Telemetry

/// What one sink does with the records of one container: the steps of the rules that are for it.
package final class LogProgram {
    private struct Step {
        let worker: any LogStepWorker
        let streams: LogStreams
        let dropped: Counter
        let failed: Counter
    }

    /// What it was made for.
    let treatment: LogTreatment
    private let steps: [Step]
    private let excluded: LogStreams

    /// Makes workers for what `treatment` says; nil when nothing is to be done.
    init?(_ treatment: LogTreatment, by rules: LogRules, for sink: String) {
        let meters = LogRuleMeters(sink: sink, in: rules.meters)
        var steps: [Step] = []
        for (stream, name) in treatment.directives.parsers {
            guard let parser = rules.parsers[name] else { continue }
            steps.append(
                Step(
                    worker: parser.makeWorker(for: sink),
                    streams: LogStreams(stream),
                    dropped: meters.dropped(by: name, of: "annotation"),
                    failed: meters.failed(in: name, of: "annotation"),
                )
            )
        }
        for place in treatment.rules {
            let rule = rules.rules[place]
            for (type, step) in rule.steps {
                steps.append(
                    Step(
                        worker: step.makeWorker(for: sink),
                        streams: rule.match.streams,
                        dropped: meters.dropped(by: type, of: rule.name),
                        failed: meters.failed(in: type, of: rule.name),
                    )
                )
            }
        }
        self.treatment = treatment
        self.steps = steps
        self.excluded = treatment.directives.excluded
        if steps.isEmpty, self.excluded.isEmpty { return nil }
    }

    /// Applies every step to every record; returns what was left out.
    func run(on batch: inout LogBatch) -> LogAccount.Count {
        batch.fill { input, table in
            var filtered = LogAccount.Count()
            var kept = 0
            for index in 0..<table.records.count {
                var record = table.records[index]
                if self.isKept(&record, input, &table) {
                    table.records[kept] = record
                    kept += 1
                } else {
                    filtered += .init(bytes: Int(record.sourceBytes), records: 1)
                }
            }
            table.records.removeLast(table.records.count - kept)
            return filtered
        }
    }

    @inline(__always)
    private func isKept(
        _ record: inout LogRecord,
        _ input: borrowing Span<UInt8>,
        _ table: inout LogTable,
    ) -> Bool {
        if self.excluded.contains(record.stream) { return false }
        for step in self.steps where step.streams.contains(record.stream) {
            switch step.worker.apply(to: &record, of: input, in: &table) {
            case .keep: break
            case .drop:
                step.dropped.add()
                return false
            case .failed:
                step.failed.add()
                record.flags.insert(.unparsed)
            }
        }
        return true
    }
}
