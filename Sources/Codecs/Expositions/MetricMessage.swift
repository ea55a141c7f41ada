import Bytes
package import Telemetry

/// One `io.prometheus.client.Metric`, taken apart; reused from one to the next.
///
/// Labels are not read but pointed at: who knows the series already has no need of them. What the
/// exposition leaves out is zero, as in protobuf. Floats are kept as bits, every NaN the ordinary
/// one.
package struct MetricMessage: ~Copyable {
    /// A summary's quantile.
    package struct Quantile: Sendable, Hashable {
        /// The quantile, 0 to 1.
        package var quantile = 0.0
        /// The value as the bits of a float.
        package var bits: UInt64 = 0
    }

    /// A classic histogram's bucket.
    package struct Bucket: Sendable, Hashable {
        /// The upper bound.
        package var bound = 0.0
        /// Observations up to the bound.
        package var count = 0.0
        /// Where the bucket's exemplar is.
        package var exemplar: Range<Int>?
    }

    /// The most quantiles, and the most classic buckets, of one metric.
    package static let partLimit = 1 << 16
    /// The most exemplars of a native histogram.
    package static let exemplarLimit = 1024

    /// Where the labels are, tags and lengths included; other fields may stand between them.
    package internal(set) var labels = 0..<0
    /// Whether nothing but labels is in `labels`.
    package internal(set) var areLabelsTogether = true
    /// Milliseconds since 1970; 0 for none.
    package internal(set) var time: Int64 = 0
    /// Since when a counter, summary or histogram counts, in milliseconds since 1970; 0 for unknown.
    package internal(set) var start: Int64 = 0
    /// The value of a counter, gauge or untyped metric as the bits of a float.
    package internal(set) var bits: UInt64 = 0
    /// Where a counter's exemplar is.
    package internal(set) var exemplar: Range<Int>?
    /// Observations of a summary or histogram.
    package internal(set) var count = 0.0
    /// The sum of a summary's or histogram's observations as the bits of a float.
    package internal(set) var sumBits: UInt64 = 0
    /// A summary's quantiles.
    package internal(set) var quantiles: [Quantile] = []
    /// A histogram's classic buckets.
    package internal(set) var buckets: [Bucket] = []
    /// A histogram's native part, if it was asked for.
    package var native = NativeHistogram()
    /// Whether `native` is one.
    package internal(set) var isNative = false
    /// Where a native histogram's exemplars are.
    package internal(set) var exemplars: [Range<Int>] = []

    /// Whether there may be something of a summary or histogram to forget.
    private var hasParts = false

    /// Makes one that holds nothing.
    package init() {}

    private mutating func removeAll() {
        self.labels = 0..<0
        self.areLabelsTogether = true
        self.time = 0
        self.start = 0
        self.bits = 0
        self.exemplar = nil
        if !self.hasParts { return }
        self.hasParts = false
        self.count = 0
        self.sumBits = 0
        self.quantiles.removeAll(keepingCapacity: true)
        self.buckets.removeAll(keepingCapacity: true)
        self.native.removeAll()
        self.isNative = false
        self.exemplars.removeAll(keepingCapacity: true)
    }

    /// Reads a metric of a family of a type; the native parts of histograms only if they are wanted.
    package mutating func read(
        _ range: Range<Int>,
        of bytes: borrowing Span<UInt8>,
        _ type: MetricFamilyType,
        wantsNative: Bool,
    ) throws(ProtobufError) {
        self.removeAll()
        self.hasParts = type == .summary || type == .histogram || type == .gaugeHistogram
        var reader = ProtobufReader(range)
        while try reader.next(in: bytes) {
            switch reader.field {
            case Field.label: try self.noteLabel(&reader, bytes)
            case Field.time: self.time = Int64(bitPattern: try reader.number(in: bytes))
            case Field.gauge: try self.readValue(&reader, bytes, of: type, if: type == .gauge)
            case Field.counter: try self.readValue(&reader, bytes, of: type, if: type == .counter)
            case Field.untyped: try self.readValue(&reader, bytes, of: type, if: type == .untyped)
            case Field.summary:
                let message = try reader.message(in: bytes)
                if type == .summary { try self.readSummary(message, bytes) }
            case Field.histogram:
                let message = try reader.message(in: bytes)
                if type == .histogram || type == .gaugeHistogram {
                    try self.readHistogram(message, bytes, wantsNative)
                }
            default: try reader.skip(in: bytes)
            }
        }
        self.native.isGauge = type == .gaugeHistogram
    }

    /// The field numbers of `Metric`.
    private enum Field {
        static let label = 1
        static let gauge = 2
        static let counter = 3
        static let summary = 4
        static let untyped = 5
        static let time = 6
        static let histogram = 7
    }

    private mutating func noteLabel(
        _ reader: inout ProtobufReader,
        _ bytes: borrowing Span<UInt8>,
    ) throws(ProtobufError) {
        let start = reader.start
        _ = try reader.message(in: bytes)
        if self.labels.isEmpty {
            self.labels = start..<reader.offset
        } else {
            if self.labels.upperBound != start { self.areLabelsTogether = false }
            self.labels = self.labels.lowerBound..<reader.offset
        }
    }

    /// Reads `Gauge`, `Counter` or `Untyped`, if it is the one that the family's type names.
    private mutating func readValue(
        _ reader: inout ProtobufReader,
        _ bytes: borrowing Span<UInt8>,
        of type: MetricFamilyType,
        if isMeant: Bool,
    ) throws(ProtobufError) {
        let message = try reader.message(in: bytes)
        if !isMeant { return }
        var reader = ProtobufReader(message)
        while try reader.next(in: bytes) {
            switch reader.field {
            case 1: self.bits = scrapedBits(try reader.double(in: bytes))
            case 2 where type == .counter: self.exemplar = try reader.message(in: bytes)
            case 3 where type == .counter:
                self.start = try Self.milliseconds(try reader.message(in: bytes), bytes)
            default: try reader.skip(in: bytes)
            }
        }
    }

    private mutating func readSummary(
        _ range: Range<Int>,
        _ bytes: borrowing Span<UInt8>,
    ) throws(ProtobufError) {
        var reader = ProtobufReader(range)
        while try reader.next(in: bytes) {
            switch reader.field {
            case 1: self.count = Double(try reader.number(in: bytes))
            case 2: self.sumBits = scrapedBits(try reader.double(in: bytes))
            case 3: try self.readQuantile(try reader.message(in: bytes), bytes)
            case 4: self.start = try Self.milliseconds(try reader.message(in: bytes), bytes)
            default: try reader.skip(in: bytes)
            }
        }
    }

    private mutating func readQuantile(
        _ range: Range<Int>,
        _ bytes: borrowing Span<UInt8>,
    ) throws(ProtobufError) {
        if self.quantiles.count >= Self.partLimit { throw Self.tooMany("quantiles", range) }
        var quantile = Quantile()
        var reader = ProtobufReader(range)
        while try reader.next(in: bytes) {
            switch reader.field {
            case 1: quantile.quantile = Double(bitPattern: try reader.double(in: bytes))
            case 2: quantile.bits = scrapedBits(try reader.double(in: bytes))
            default: try reader.skip(in: bytes)
            }
        }
        self.quantiles.append(quantile)
    }

    static func tooMany(_ parts: StaticString, _ range: Range<Int>) -> ProtobufError {
        ProtobufError(
            at: range.lowerBound,
            expected: "at most \(Self.partLimit) \(parts) in a metric",
            found: "more",
        )
    }

    /// Reads a `google.protobuf.Timestamp` as milliseconds since 1970; what is out of all bounds
    /// wraps, as in Prometheus.
    static func milliseconds(
        _ range: Range<Int>,
        _ bytes: borrowing Span<UInt8>,
    ) throws(ProtobufError) -> Int64 {
        var seconds: Int64 = 0
        var nanoseconds: Int64 = 0
        var reader = ProtobufReader(range)
        while try reader.next(in: bytes) {
            switch reader.field {
            case 1: seconds = Int64(bitPattern: try reader.number(in: bytes))
            case 2:
                nanoseconds = Int64(Int32(truncatingIfNeeded: try reader.number(in: bytes)))
            default: try reader.skip(in: bytes)
            }
        }
        return seconds &* 1000 &+ nanoseconds / 1_000_000
    }
}

/// The bits of a scraped float, with every NaN made the ordinary one.
@inline(__always)
func scrapedBits(_ bits: UInt64) -> UInt64 {
    SpecialFloat.scrapedBits(Double(bitPattern: bits))
}
