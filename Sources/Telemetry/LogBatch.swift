public import Bytes

/// Records of one file: its bytes as they were read, and a table that points into them.
///
/// One batch is used again and again: after warm-up nothing allocates.
public struct LogBatch: ~Copyable, Sendable {
    /// The records, and the bodies that had to be put together from several lines.
    public struct Table: ~Copyable, Sendable {
        /// The records in the order in which they were completed.
        public var records: [LogRecord] = []
        /// Bodies of records flagged `joined`.
        public var joined = OutputBuffer(capacity: 16)

        /// Forgets the records and keeps the memory.
        public mutating func removeAll() {
            self.records.removeAll(keepingCapacity: true)
            self.joined.removeAll()
        }
    }

    /// The bytes as they were read.
    public var input: OutputBuffer
    /// What was found in them.
    public var table = Table()
    /// Where they come from.
    public var origin = LogOrigin(path: "")
    /// A number for the file's content that stays the same after a restart; for record ids.
    public var contentKey: UInt64 = 0

    /// Makes an empty batch with room for `capacity` bytes of input.
    public init(capacity: Int) {
        self.input = OutputBuffer(capacity: capacity)
    }

    /// Forgets input and records and keeps the memory.
    public mutating func removeAll() {
        self.input.removeAll()
        self.table.removeAll()
    }

    /// Lets `body` read the input and fill the table.
    public mutating func fill<Result>(
        _ body: (borrowing Span<UInt8>, inout Table) -> Result
    ) -> Result {
        // A span of one stored property borrows the whole struct, so the input steps out of it.
        var input = OutputBuffer(capacity: 16)
        swap(&input, &self.input)
        let result = body(input.span, &self.table)
        swap(&input, &self.input)
        return result
    }

    /// Lets `body` see the bytes of one record.
    @inlinable
    public func withBody<Result>(
        of record: LogRecord,
        _ body: (borrowing Span<UInt8>) -> Result,
    ) -> Result {
        if record.flags.contains(.joined) {
            return body(self.table.joined.span.extracting(record.range))
        }
        return body(self.input.span.extracting(record.range))
    }
}
