import Bytes

/// A segment's bytes, wherever they are.
protocol SegmentBytes: ~Copyable {
    /// How many there are.
    var count: Int { get }
    /// Appends up to `amount` bytes from `offset` on to `buffer`; fewer at the end.
    func read(
        at offset: Int,
        upTo amount: Int,
        into buffer: inout OutputBuffer,
    )
        throws(QueueFileError)
}

/// What a segment holds: the sound headers and how much is damaged between them.
///
/// Damage is passed over: a place without a sound header is skipped up to the next mark whose check
/// holds. Bodies are not read, but for one whose end is not followed by a header: bytes of it may be
/// missing, and then the records behind it begin sooner than it says. So every record that is whole
/// is found, whatever was cut out or turned over before it.
struct QueueScan: Sendable {
    /// A record and where it begins.
    struct Place: Sendable, Hashable {
        let record: QueueRecord
        let offset: Int
    }

    /// Sound headers whose bodies lie within the file, in the order of the file.
    private(set) var places: [Place] = []
    /// Sound headers without a whole body behind them.
    private(set) var cut: [QueueRecord] = []
    /// Bytes that belong to no record in `places`.
    private(set) var damagedBytes = 0
    /// Why the rest could not be read.
    private(set) var failure: QueueFileError?

    /// How many bytes are read at a time where headers follow each other, and in a search.
    private static let step = 4 << 10
    private static let searchStep = 64 << 10

    /// Reads all headers.
    init<Source: SegmentBytes & ~Copyable>(_ source: borrowing Source) {
        var window = OutputBuffer(capacity: Self.step)
        var start = 0
        var offset = 0
        do throws(QueueFileError) {
            while offset < source.count {
                if offset < start || offset + QueueRecord.headerLength > start + window.count {
                    window.removeAll()
                    start = offset
                    try source.read(at: offset, upTo: Self.step, into: &window)
                }
                let record = QueueRecord(window.span, at: offset - start)
                if let record, try self.take(record, at: offset, of: source) {
                    offset += record.size
                    continue
                }
                let next = try Self.nextMark(from: offset + 1, of: source)
                self.damagedBytes += next - offset
                offset = next
            }
        } catch {
            self.failure = error
            self.damagedBytes += source.count - offset
        }
    }

    /// Notes the record at `offset`; false when its body can't be all of it.
    private mutating func take<Source: SegmentBytes & ~Copyable>(
        _ record: QueueRecord,
        at offset: Int,
        of source: borrowing Source,
    ) throws(QueueFileError) -> Bool {
        let end = offset + record.size
        if end > source.count {
            self.cut.append(record)
            return false
        }
        if end < source.count {
            var next = OutputBuffer(capacity: QueueRecord.headerLength)
            try source.read(at: end, upTo: QueueRecord.headerLength, into: &next)
            if QueueRecord(next.span, at: 0) == nil {
                var body = OutputBuffer(capacity: record.length)
                try source.read(
                    at: offset + QueueRecord.headerLength,
                    upTo: record.length,
                    into: &body,
                )
                if !record.matches(body) {
                    self.cut.append(record)
                    return false
                }
            }
        }
        self.places.append(Place(record: record, offset: offset))
        return true
    }

    /// Where the next header begins or may begin; the end when there is none.
    private static func nextMark<Source: SegmentBytes & ~Copyable>(
        from offset: Int,
        of source: borrowing Source,
    ) throws(QueueFileError) -> Int {
        var place = offset
        var window = OutputBuffer(capacity: Self.step)
        while place < source.count {
            window.removeAll()
            try source.read(at: place, upTo: Self.searchStep, into: &window)
            if window.isEmpty { break }
            var candidate = 0
            while let found = window.span.firstOffset(of: QueueRecord.mark[0], from: candidate) {
                if Self.mayBegin(window.span, at: found) { return place + found }
                candidate = found + 1
            }
            place += window.count
        }
        return source.count
    }

    /// Whether a header begins at `offset`, or what is there of one.
    private static func mayBegin(_ bytes: borrowing Span<UInt8>, at offset: Int) -> Bool {
        let rest = bytes.count - offset
        if rest >= QueueRecord.headerLength { return QueueRecord(bytes, at: offset) != nil }
        for place in 0..<min(4, rest)
        where bytes[offset + place] != QueueRecord.mark[place] { return false }
        return true
    }
}
