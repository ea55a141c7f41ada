public import Bytes

/// Records of one file: its bytes as they were read, and a table that points into them.
///
/// One batch is used again and again: after warm-up nothing allocates.
public struct LogBatch: ~Copyable, Sendable {
    /// The bytes as they were read.
    public var input: OutputBuffer
    /// What was found in them.
    public var table = LogTable()
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
        _ body: (borrowing Span<UInt8>, inout LogTable) -> Result
    ) -> Result {
        // A span of one stored property borrows the whole struct, so the input steps out of it.
        var input = OutputBuffer(capacity: 0)
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
        self.withText(record.body, body)
    }

    /// Lets `body` see a piece of the batch.
    @inlinable
    public func withText<Result>(
        _ text: LogText,
        _ body: (borrowing Span<UInt8>) -> Result,
    ) -> Result {
        switch text.place {
        case .input: body(self.input.span.extracting(text.range))
        case .derived: body(self.table.derived.span.extracting(text.range))
        }
    }
}
