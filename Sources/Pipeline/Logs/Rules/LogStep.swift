package import Telemetry

/// One step of a rule: what is done with each record that the rule selects.
///
/// A step is made once for a configuration; each sink has a worker of it for each container.
package protocol LogStep: Component {
    /// Makes what works on one container's records for one sink; it is used on one thread only.
    func makeWorker(for sink: String) -> any LogStepWorker
}

/// Works on the records of one container, in the order in which they were written.
package protocol LogStepWorker: AnyObject {
    /// Changes a record in place, or says what is to become of it.
    ///
    /// `input` are the bytes of the batch as they were read; the table has what else the record
    /// points to. Fields are added by `table.append(_:to:)`, new bytes by `table.derive`. Nothing may
    /// be allocated for a record once the buffers have grown.
    func apply(
        to record: inout LogRecord,
        of input: borrowing Span<UInt8>,
        in table: inout LogTable,
    ) -> LogVerdict
}

/// What a step says of a record.
package enum LogVerdict: Sendable, Hashable {
    /// It goes on to the next step.
    case keep
    /// It is left out: counted as filtered.
    case drop
    /// The step could not make sense of it: it is flagged `unparsed`, counted, and goes on.
    case failed
}
