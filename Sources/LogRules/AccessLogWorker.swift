import Bytes
import Codecs
import Pipeline
import Telemetry

/// Takes lines of access logs apart, under the names that Fluent Bit's parsers give.
final class AccessLogWorker: LogStepWorker {
    private let takesTime: Bool
    private let keepBody: Bool
    private var keys: FieldKeys
    private let format: TimeFormat?

    /// `first` and `second` name the first two words of a line.
    init(first: String, second: String, takesTime: Bool, keepBody: Bool) {
        self.takesTime = takesTime
        self.keepBody = keepBody
        self.keys = FieldKeys([
            first, second, "user", "method", "path", "code", "size", "referer", "agent",
        ])
        self.format = try? TimeFormat("%d/%b/%Y:%H:%M:%S %z")
    }

    func apply(
        to record: inout LogRecord,
        of input: borrowing Span<UInt8>,
        in table: inout LogTable,
    ) -> LogVerdict {
        let body = record.body
        let found = table.withText(body, of: input) { text -> (AccessLogLine, Int64?)? in
            guard let line = AccessLogLine(text) else { return nil }
            return (line, self.format?.read(text.extracting(line.time)))
        }
        guard let (line, time) = found else { return .failed }
        self.keys.write(into: &table)
        let known = Int(record.fieldCount)
        let values: InlineArray<9, Range<Int>?> = [
            line.address, line.identity, line.user, line.method, line.path, line.status,
            line.size, line.referer, line.agent,
        ]
        for place in 0..<9 {
            guard let range = values[place] else { continue }
            let value = body.part(range)
            if table.withText(value, of: input, { $0.equals("-") }) { continue }
            let isNumber = place == 5 || place == 6
            let field = LogField(
                self.keys[place],
                value,
                isNumber && table.isNumber(value, of: input) ? .json : .text,
            )
            if !table.set(field, of: &record, input, first: known) { return .failed }
        }
        if self.takesTime {
            guard let time else { return .failed }
            record.time = time
        }
        if !self.keepBody { record.flags.insert(.bodyless) }
        return .keep
    }
}
