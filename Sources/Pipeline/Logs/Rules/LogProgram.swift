import Telemetry

/// What one sink does with the records of one container: the steps of the rules that are for it.
package final class LogProgram {
    private struct Step {
        let worker: any LogStepWorker
        let streams: LogStreams
        let dropped: Counter
        let failed: Counter
    }

    /// What became of records besides those that go on.
    struct Result {
        /// Left out by rules and annotations.
        var filtered = LogAccount.Count()
        /// Left out by limits.
        var limited = LogAccount.Count()
        /// Notices of limits that stand among the records.
        var notices = 0
    }

    private let steps: [Step]
    private let limits: [LogContainerLimit]
    private let excluded: LogStreams

    /// Makes workers for what `treatment` says; nil when nothing is to be done.
    init?(
        _ treatment: LogTreatment,
        by rules: LogRules,
        for sink: String,
        namespace: String,
        sharing shared: LogLimits,
    ) {
        let meters = LogRuleMeters(sink: sink, in: rules.meters)
        var steps: [Step] = []
        var limits: [LogContainerLimit] = []
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
            if let limit = rule.limit {
                limits.append(
                    LogContainerLimit(
                        rule: rule.name,
                        limit: limit,
                        streams: rule.match.streams,
                        limiter: shared.limiter(limit, rule: place, namespace: namespace),
                    )
                )
            }
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
        self.steps = steps
        self.limits = limits
        self.excluded = treatment.directives.excluded
        if steps.isEmpty, limits.isEmpty, self.excluded.isEmpty { return nil }
    }

    /// Applies every limit and step to every record.
    func run(on batch: inout LogBatch) -> Result {
        batch.fill { input, table in
            var result = Result()
            var kept = 0
            for index in 0..<table.records.count {
                var record = table.records[index]
                let count = LogAccount.Count(bytes: Int(record.sourceBytes), records: 1)
                let isKept: Bool
                if self.excluded.contains(record.stream) {
                    isKept = false
                } else if let limit = self.exceeded(by: record) {
                    result.limited += count
                    guard let leftOut = limit.leftOutBefore else { continue }
                    record = limit.limit.notice(insteadOf: record, leftOut, in: &table)
                    result.notices += 1
                    isKept = true
                } else {
                    isKept = self.isKept(&record, input, &table)
                }
                if isKept {
                    table.records[kept] = record
                    kept += 1
                } else {
                    result.filtered += count
                }
            }
            table.records.removeLast(table.records.count - kept)
            return result
        }
    }

    /// The limit that the record is above of, if any, and whether a notice is due.
    private func exceeded(
        by record: LogRecord
    ) -> (limit: LogContainerLimit, leftOutBefore: Int?)? {
        for limit in self.limits where limit.streams.contains(record.stream) {
            switch limit.limiter.judge(record) {
            case .within: break
            case .over: return (limit, nil)
            case .firstOver(let before): return (limit, before)
            }
        }
        return nil
    }

    @inline(__always)
    private func isKept(
        _ record: inout LogRecord,
        _ input: borrowing Span<UInt8>,
        _ table: inout LogTable,
    ) -> Bool {
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
