/// One log record: numbers that point into the bytes of its batch.
@frozen public struct LogRecord: Sendable, Hashable {
    /// What is out of the ordinary about a record.
    @frozen public struct Flags: OptionSet, Sendable, Hashable {
        /// The set as bits.
        public let rawValue: UInt8

        /// Takes the set from bits.
        @inlinable
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// The body lies in the batch's derived bytes, not in its input.
        public static let derived = Flags(rawValue: 1)
        /// The body was longer than the limit; its end is missing.
        public static let truncated = Flags(rawValue: 2)
        /// The line was not in the file's format; the body is the whole line.
        public static let malformed = Flags(rawValue: 4)
        /// The rest of the line was never written.
        public static let incomplete = Flags(rawValue: 8)
        /// A rule could not make sense of the body, which is left as it is.
        public static let unparsed = Flags(rawValue: 16)
        /// Everything the body said is in fields, so that it is not written itself.
        public static let bodyless = Flags(rawValue: 32)
    }

    /// Nanoseconds since 1970-01-01T00:00:00Z: when the record was written.
    public var time: Int64
    /// Where the record's first line in its file starts; no two records of a file share it.
    public var offset: Int64
    /// Where the body starts.
    public var start: UInt32
    /// The body's length in bytes.
    public var count: UInt32
    /// Bytes of the file that the record takes, line ends and headers included.
    public var sourceBytes: UInt32
    /// Which output it came from.
    public var stream: LogStream
    /// What is out of the ordinary.
    public var flags: Flags
    /// How grave it is, where something says.
    public var severity = LogSeverity.unknown
    /// How many fields it has.
    public internal(set) var fieldCount: UInt16 = 0
    /// Where its fields start in the batch's table.
    public internal(set) var fieldStart: UInt32 = 0

    /// Describes a record.
    @inlinable
    public init(
        time: Int64,
        offset: Int64,
        start: Int,
        count: Int,
        sourceBytes: Int,
        stream: LogStream,
        flags: Flags = [],
    ) {
        self.time = time
        self.offset = offset
        self.start = UInt32(truncatingIfNeeded: start)
        self.count = UInt32(truncatingIfNeeded: count)
        self.sourceBytes = UInt32(clamping: sourceBytes)
        self.stream = stream
        self.flags = flags
    }

    /// Where the body lies.
    @inlinable
    public var range: Range<Int> {
        let start = Int(self.start)
        return start..<start &+ Int(self.count)
    }

    /// The body.
    @inlinable
    public var body: LogText {
        get { LogText(self.flags.contains(.derived) ? .derived : .input, self.range) }
        set {
            self.start = newValue.start
            self.count = newValue.count
            if newValue.place == .derived {
                self.flags.insert(.derived)
            } else {
                self.flags.remove(.derived)
            }
        }
    }

    /// Where its fields lie in the batch's table.
    @inlinable
    public var fields: Range<Int> {
        let start = Int(self.fieldStart)
        return start..<start &+ Int(self.fieldCount)
    }
}
