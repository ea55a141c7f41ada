/// One native histogram, of whole numbers or of floats, with exponential or custom buckets.
///
/// Reused from one to the next: `removeAll` keeps the memory. The shape is that of the protobuf
/// messages it comes from and goes into, so nothing is copied that need not be. Source: Prometheus,
/// `model/histogram`; Remote-Write 2.0, `Histogram`.
public struct NativeHistogram: ~Copyable, Sendable {
    /// Buckets that follow each other.
    public struct BucketSpan: Sendable, Hashable {
        /// For the first span the index of its first bucket; for others the buckets left out since
        /// the one before.
        public var offset: Int32
        /// The number of buckets.
        public var length: UInt32

        /// Describes a span.
        public init(offset: Int32, length: UInt32) {
            self.offset = offset
            self.length = length
        }
    }

    /// The buckets on one side of zero.
    public struct Buckets: Sendable, Hashable {
        /// Where buckets are.
        public var spans: [BucketSpan] = []
        /// Of whole numbers: how much each bucket's count is above that of the one before.
        public var deltas: [Int64] = []
        /// Of floats: each bucket's count.
        public var counts: [Double] = []

        /// No buckets.
        public init() {}

        /// The number of buckets, as far as counts say.
        public var count: Int { self.deltas.count + self.counts.count }

        /// Forgets every bucket and keeps the memory.
        public mutating func removeAll() {
            self.spans.removeAll(keepingCapacity: true)
            self.deltas.removeAll(keepingCapacity: true)
            self.counts.removeAll(keepingCapacity: true)
        }
    }

    /// The most spans on one side.
    public static let spanLimit = 1 << 16
    /// The most buckets on one side; exponential ones of the finest schema that floats can reach are
    /// eight times as many, but nobody sends those.
    public static let bucketLimit = 1 << 16
    /// The schema of custom buckets, which have their bounds in `customBounds`.
    public static let customSchema: Int32 = -53
    /// The schemas of exponential buckets: bounds grow by 2 to the power of 2 to the power of -n.
    public static let exponentialSchemas: ClosedRange<Int32> = -4...8
    /// Schemas that may be there one day, of which the finer ones can be reduced.
    public static let reservedSchemas: ClosedRange<Int32> = -9...52

    /// Whether counts are floats; then `floatCount` and `counts` are those that count.
    public var isFloat = false
    /// Whether counts may fall: the hint `GAUGE`.
    public var isGauge = false
    /// How buckets are laid out.
    public var schema: Int32 = 0
    /// All observations, of whole numbers.
    public var count: UInt64 = 0
    /// All observations, of floats.
    public var floatCount = 0.0
    /// The sum of all observed values.
    public var sum = 0.0
    /// The zero bucket reaches this far on both sides.
    public var zeroThreshold = 0.0
    /// Observations in the zero bucket, of whole numbers.
    public var zeroCount: UInt64 = 0
    /// Observations in the zero bucket, of floats.
    public var floatZeroCount = 0.0
    /// The buckets above zero, or the custom ones.
    public var positive = Buckets()
    /// The buckets below zero.
    public var negative = Buckets()
    /// The upper bounds of custom buckets, the last one's, which is infinite, left out.
    public var customBounds: [Double] = []
    /// Where buckets are written while they are laid out anew.
    var spare = Buckets()

    /// Makes an empty histogram.
    public init() {}

    /// Whether the buckets have bounds of their own.
    public var isCustom: Bool { self.schema == Self.customSchema }

    /// The number of buckets, without the zero bucket.
    public var bucketCount: Int { self.positive.count + self.negative.count }

    /// Makes it empty, and keeps the memory.
    public mutating func removeAll() {
        self.isFloat = false
        self.isGauge = false
        self.schema = 0
        self.count = 0
        self.floatCount = 0
        self.sum = 0
        self.zeroThreshold = 0
        self.zeroCount = 0
        self.floatZeroCount = 0
        self.positive.removeAll()
        self.negative.removeAll()
        self.customBounds.removeAll(keepingCapacity: true)
    }
}
