import Bytes
import Pipeline
import Telemetry

/// Keeps, or drops, the records that are as conditions say.
final class FilterWorker: LogStepWorker {
    private let conditions: LogConditions
    private let keepsMatches: Bool
    private var scratch = OutputBuffer(capacity: 16)

    init(_ conditions: LogConditions, keepsMatches: Bool) {
        self.conditions = conditions
        self.keepsMatches = keepsMatches
    }

    func apply(
        to record: inout LogRecord,
        of input: borrowing Span<UInt8>,
        in table: inout LogTable,
    ) -> LogVerdict {
        let isMeant = self.conditions.hold(
            for: record,
            of: input,
            in: table,
            scratch: &self.scratch,
        )
        return isMeant == self.keepsMatches ? .keep : .drop
    }
}
