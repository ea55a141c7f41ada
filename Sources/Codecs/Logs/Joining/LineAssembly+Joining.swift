import Bytes
package import Telemetry

// Records that may go on: they are held back as lines are that wait for their end.
extension LineAssembly {
    /// Joins the lines that a chunk of `file` brought.
    @inline(__always)
    mutating func join(
        _ input: borrowing Span<UInt8>,
        of file: Int,
        in table: inout LogTable,
    ) {
        if let joiner = self.joiner {
            joiner.join(input, of: file, carried: &self.carried, in: &table)
        }
    }

    /// Ends records that may go on: those of `file` if it is given, and if `onlyDue` those alone whose
    /// time has come.
    ///
    /// They are to be fetched by `takeFinished`, as are those that ended in files read earlier.
    package mutating func endRecords(in file: Int? = nil, onlyDue: Bool) {
        guard let joiner = self.joiner else { return }
        for stream in LogStream.allCases {
            // The line that waits may belong to the record.
            if onlyDue, self.isWaiting(stream) { continue }
            joiner.end(stream, in: file, onlyDue: onlyDue)
        }
    }

    /// The file of the next record that has ended without one of the file that is read.
    package var finishedFile: Int? { self.joiner?.finished.first?.file }

    /// Takes that record; returns what it took from files before its last one.
    package mutating func takeFinished(into table: inout LogTable) -> [Part] {
        guard let joiner = self.joiner, !joiner.finished.isEmpty else { return [] }
        let finished = joiner.finished.removeFirst()
        let start = table.derived.count
        let body = finished.body
        table.derived.append(body.bytes.span)
        var record = finished.record
        record.body = LogText(.derived, start..<table.derived.count)
        table.records.append(record)
        return finished.parts.dropLast()
    }

    /// When the next record's time has come, by the joiner's time; nil while none may go on.
    package var nextDue: Int64? {
        LogStream.allCases.compactMap { stream in
            self.isWaiting(stream) ? nil : self.joiner?.due(stream)
        }.min()
    }
}

extension LineJoiner {
    /// Whether a record may go on.
    var isHolding: Bool { self.outputs.contains { $0.isOpen } }

    /// Bytes of files that such records have taken.
    var sourceBytes: Int {
        self.outputs.reduce(0) { $0 + ($1.isOpen ? $1.sourceBytes : 0) }
            + self.finished.reduce(0) { $0 + Int($1.record.sourceBytes) }
    }

    /// The files that such records have begun in.
    var files: [Int] {
        self.outputs.flatMap { $0.isOpen ? $0.parts.map(\.file) : [] }
    }

    /// Where an output's record begins in a file.
    func start(of stream: LogStream, in file: Int) -> Int64? {
        let output = self.outputs[Int(stream.rawValue)]
        if !output.isOpen { return nil }
        return output.parts.first { $0.file == file }?.start
    }

    /// When an output's record has waited for long enough; nil when there is none.
    func due(_ stream: LogStream) -> Int64? {
        let output = self.outputs[Int(stream.rawValue)]
        guard output.isOpen, let plan = output.plan else { return nil }
        let timeout = self.patience.map { min($0, plan.timeout) } ?? plan.timeout
        return output.touchedAt &+ Self.nanoseconds(timeout)
    }

    /// Ends an output's record, as `LineAssembly.endRecords` says.
    func end(_ stream: LogStream, in file: Int?, onlyDue: Bool) {
        let output = self.outputs[Int(stream.rawValue)]
        if !output.isOpen { return }
        if let file, !output.parts.contains(where: { $0.file == file }) { return }
        if onlyDue, let due = self.due(stream), due > self.now { return }
        self.finished.append(output.finish())
        output.close()
    }

    /// Gives memory back.
    func rest() {
        for output in self.outputs { output.rest() }
    }

    private static func nanoseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000
    }
}
