import Bytes
package import Telemetry

/// Joins the lines of one container that belong together, one record of each output at a time.
///
/// It goes over the records of a chunk once they are there. A record that may go on is left where it
/// is until a further line comes; only then, or at the chunk's end, are its bytes copied. So what is
/// not joined costs a look at each line's beginning, and one copy for each chunk.
package final class LineJoiner {
    /// What records were made of since it was last asked.
    package struct Counts: Sendable, Hashable {
        /// Lines that were joined to the one before them.
        package internal(set) var joined = 0
        /// Records that went on in another one because they had reached a limit.
        package internal(set) var limited = 0

        /// Nothing so far.
        package init() {}
    }

    /// A record that is complete, but ended in a file that was read earlier.
    struct Finished {
        let record: LogRecord
        let body: GrowingBody
        let parts: [LineAssembly.Part]

        var file: Int { self.parts.last?.file ?? 0 }
    }

    let outputs: [JoinedOutput]
    var finished: [Finished] = []
    /// What records that ended in this chunk had taken from earlier files; kept apart from what the
    /// chunk's lines have, which the next record would take for its own.
    private var ended: [LineAssembly.Carried] = []
    /// The time that waits are measured by, in monotonic nanoseconds; the driver sets it.
    package var now: Int64 = 0
    /// How long a record waits at most, whatever its plan allows; nil for no such limit.
    package var patience: Duration?
    private var counts = Counts()
    private var scratch = OutputBuffer(capacity: 16)

    /// Joins each output by its plan; those without one are left alone.
    package init(_ plan: (LogStream) -> JoinPlan?) {
        self.outputs = LogStream.allCases.map { JoinedOutput(plan($0)) }
    }

    /// What was counted since it was last asked.
    package func takeCounts() -> Counts {
        defer { self.counts = Counts() }
        return self.counts
    }

    /// Joins what a chunk of `file` brought; what may go on is taken out of `table`.
    func join(
        _ input: borrowing Span<UInt8>,
        of file: Int,
        carried: inout [LineAssembly.Carried],
        in table: inout LogTable,
    ) {
        if table.records.isEmpty { return }
        let first = self.makeRoom(in: &table)
        var kept = first
        for index in first..<table.records.count {
            let record = table.records[index]
            let output = self.outputs[Int(record.stream.rawValue)]
            if output.plan != nil,
                self.goesOn(record, kept, output, input, of: file, &carried, &table)
            {
                continue
            }
            if kept != index { table.records[kept] = record }
            kept &+= 1
        }
        table.records.removeLast(table.records.count - kept)
        self.takeOpen(input, of: file, &carried, from: &table)
        carried += self.ended
        self.ended.removeAll(keepingCapacity: true)
    }

    /// Whether a record is another line of the one before it; else it becomes the one at `place`.
    private func goesOn(
        _ record: LogRecord,
        _ place: Int,
        _ output: JoinedOutput,
        _ input: borrowing Span<UInt8>,
        of file: Int,
        _ carried: inout [LineAssembly.Carried],
        _ table: inout LogTable,
    ) -> Bool {
        let isFirst = !output.isSeen
        output.isSeen = true
        output.touchedAt = self.now
        let verdict = table.withText(record.body, of: input, scratch: &self.scratch) {
            line,
            table in
            let verdict = output.verdict(on: line, at: record.time)
            if verdict == .goesOn {
                output.gather(input, of: file, &carried, table)
                output.add(line, record, of: file, &carried, isFirst: isFirst)
            }
            return verdict
        }
        switch verdict {
        case .goesOn:
            self.counts.joined += 1
            return true
        case .isOverLimit: self.counts.limited += 1
        case .begins: break
        }
        self.complete(output, in: file, &table)
        output.begin(record, at: place, mayHaveCarried: isFirst)
        return false
    }

    /// Gives records that were open when the chunk came a place in front; returns how many.
    private func makeRoom(in table: inout LogTable) -> Int {
        var count = 0
        for output in self.outputs {
            output.isSeen = false
            output.isLost = false
            guard output.isOpen else { continue }
            output.place = count
            count += 1
        }
        if count > 0 {
            let record = table.records[0]
            table.records.insert(contentsOf: repeatElement(record, count: count), at: 0)
        }
        return count
    }

    /// Ends an output's record.
    private func complete(
        _ output: JoinedOutput,
        in file: Int,
        _ table: inout LogTable,
    ) {
        guard output.isOpen, output.isGathered else { return }
        if output.parts.last?.file == file {
            table.records[output.place] = output.derive(in: &table)
            self.ended += output.parts.dropLast().map {
                .init(stream: output.record.stream, part: $0)
            }
        } else {
            // Its identity is a place in that file, so the driver delivers it as that file's.
            self.finished.append(output.finish())
            output.lostPlace = output.place
            output.isLost = true
        }
        output.close()
    }

    /// Takes records that may go on out of the table.
    private func takeOpen(
        _ input: borrowing Span<UInt8>,
        of file: Int,
        _ carried: inout [LineAssembly.Carried],
        from table: inout LogTable,
    ) {
        var places: [Int] = []
        for output in self.outputs {
            if output.isLost { places.append(output.lostPlace) }
            guard output.isOpen else { continue }
            if output.hasEnded {
                self.complete(output, in: file, &table)
                output.close()
            } else {
                output.gather(input, of: file, &carried, table)
                places.append(output.place)
            }
        }
        for place in places.sorted(by: >) { table.records.remove(at: place) }
    }
}
