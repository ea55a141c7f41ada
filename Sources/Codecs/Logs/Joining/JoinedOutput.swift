import Bytes
import Telemetry

/// The bytes of a record that further lines are added to.
final class GrowingBody {
    var bytes = OutputBuffer(capacity: 256)
}

/// One output of a container, and its record that may go on.
final class JoinedOutput {
    /// What a line is to the record before it.
    enum Verdict {
        case begins
        case goesOn
        /// It would go on, but that would be too much for one record.
        case isOverLimit
    }

    /// How lines are joined; nil where they aren't.
    let plan: JoinPlan?
    private var matcher: JoinMatcher
    private(set) var isOpen = false
    /// Whether the record's bytes were copied; else it stands in the table, at `place`.
    private(set) var isGathered = false
    /// The record's place in the table that is being filled.
    var place = 0
    /// A place in front that was kept for a record that went elsewhere.
    var lostPlace = 0
    var isLost = false
    /// The record as its first line made it, and what that took from files.
    private(set) var record = LogRecord(
        time: 0,
        offset: 0,
        start: 0,
        count: 0,
        sourceBytes: 0,
        stream: .unknown,
    )
    private(set) var parts: [LineAssembly.Part] = []
    private(set) var sourceBytes = 0
    private var body = GrowingBody()
    private var bodyCount = 0
    private var lines = 0
    private var mayHaveCarried = false
    /// Whether a line of it came in this chunk.
    var isSeen = false
    /// When the last line came, by the joiner's time.
    var touchedAt: Int64 = 0

    /// What a body's buffer keeps between records.
    private static let keptCapacity = 64 << 10

    init(_ plan: JoinPlan?) {
        self.plan = plan
        self.matcher = JoinMatcher(plan?.mode ?? .automatic)
    }

    /// Whether nothing can go on with the record.
    var hasEnded: Bool { self.matcher.isEnded }

    /// What a line is to the open record.
    func verdict(on line: borrowing Span<UInt8>, at time: Int64) -> Verdict {
        guard let plan, self.matcher.goesOn(line, at: time, isOpen: self.isOpen) else {
            return .begins
        }
        let isWithin =
            self.lines < plan.maxLines && self.bodyCount + 1 + line.count <= plan.maxBytes
        return isWithin ? .goesOn : .isOverLimit
    }

    /// A record at `place` of the table is the open one.
    func begin(_ record: LogRecord, at place: Int, mayHaveCarried: Bool) {
        self.isOpen = true
        self.isGathered = false
        self.record = record
        self.place = place
        self.lines = 1
        self.bodyCount = Int(record.count)
        self.mayHaveCarried = mayHaveCarried
    }

    /// Copies the open record, unless that was done before.
    func gather(
        _ input: borrowing Span<UInt8>,
        of file: Int,
        _ carried: inout [LineAssembly.Carried],
        _ table: borrowing LogTable,
    ) {
        if self.isGathered { return }
        self.isGathered = true
        let text = self.record.body
        switch text.place {
        case .input: self.body.bytes.append(input.extracting(text.range))
        case .derived: self.body.bytes.append(table.derived.span.extracting(text.range))
        }
        self.note(self.record, of: file, &carried, isFirst: self.mayHaveCarried)
    }

    /// Adds a line to the gathered record.
    func add(
        _ line: borrowing Span<UInt8>,
        _ record: LogRecord,
        of file: Int,
        _ carried: inout [LineAssembly.Carried],
        isFirst: Bool,
    ) {
        self.body.bytes.append(UInt8(ascii: "\n"))
        self.body.bytes.append(line)
        self.bodyCount = self.body.bytes.count
        self.lines += 1
        self.record.flags.formUnion(record.flags.subtracting(.derived))
        self.note(record, of: file, &carried, isFirst: isFirst)
    }

    /// Notes what a line takes from files.
    ///
    /// An output's first line of a chunk may have begun in earlier files: that is what was carried.
    private func note(
        _ line: LogRecord,
        of file: Int,
        _ carried: inout [LineAssembly.Carried],
        isFirst: Bool,
    ) {
        self.sourceBytes += Int(line.sourceBytes)
        var rest = Int(line.sourceBytes)
        if isFirst, !carried.isEmpty {
            for entry in carried where entry.stream == line.stream {
                rest -= entry.part.bytes
                self.take(entry.part)
            }
            carried.removeAll { $0.stream == line.stream }
        }
        self.take(LineAssembly.Part(file: file, start: line.offset, bytes: rest))
    }

    private func take(_ part: LineAssembly.Part) {
        if let last = self.parts.indices.last, self.parts[last].file == part.file {
            self.parts[last].bytes += part.bytes
        } else {
            self.parts.append(part)
        }
    }

    /// The gathered record as a whole, in the table's derived bytes.
    func derive(in table: inout LogTable) -> LogRecord {
        let start = table.derived.count
        let body = self.body
        table.derived.append(body.bytes.span)
        return self.whole(start..<table.derived.count)
    }

    /// The gathered record as a whole, with its bytes, which are its own from now on.
    func finish() -> LineJoiner.Finished {
        let body = self.body
        self.body = GrowingBody()
        return .init(record: self.whole(0..<body.bytes.count), body: body, parts: self.parts)
    }

    private func whole(_ range: Range<Int>) -> LogRecord {
        LogRecord(
            time: self.record.time,
            offset: self.parts.last?.start ?? self.record.offset,
            start: range.lowerBound,
            count: range.count,
            sourceBytes: self.sourceBytes,
            stream: self.record.stream,
            flags: self.record.flags.union(.derived),
        )
    }

    /// Forgets the record, which went its way.
    func close() {
        self.isOpen = false
        self.isGathered = false
        self.body.bytes.removeAll()
        self.body.bytes.shrink(to: Self.keptCapacity)
        self.parts.removeAll(keepingCapacity: true)
        self.sourceBytes = 0
    }

    /// Gives memory back.
    func rest() {
        if !self.isOpen { self.body = GrowingBody() }
    }
}
