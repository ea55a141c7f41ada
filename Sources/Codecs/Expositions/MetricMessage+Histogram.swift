import Bytes
import Telemetry

/// The `Histogram` message: classic buckets, native ones, or both.
extension MetricMessage {
    /// The field numbers of `Histogram`.
    private enum Field {
        static let count = 1
        static let sum = 2
        static let bucket = 3
        static let floatCount = 4
        static let schema = 5
        static let zeroThreshold = 6
        static let zeroCount = 7
        static let floatZeroCount = 8
        static let negativeSpan = 9
        static let negativeDelta = 10
        static let negativeCount = 11
        static let positiveSpan = 12
        static let positiveDelta = 13
        static let positiveCount = 14
        static let start = 15
        static let exemplar = 16
    }

    mutating func readHistogram(
        _ range: Range<Int>,
        _ bytes: borrowing Span<UInt8>,
        _ wantsNative: Bool,
    ) throws(ProtobufError) {
        var count: UInt64 = 0
        var floatCount = 0.0
        var reader = ProtobufReader(range)
        while try reader.next(in: bytes) {
            switch reader.field {
            case Field.count: count = try reader.number(in: bytes)
            case Field.sum: self.sumBits = scrapedBits(try reader.double(in: bytes))
            case Field.bucket: try self.readBucket(try reader.message(in: bytes), bytes)
            case Field.floatCount: floatCount = scrapedFloat(try reader.double(in: bytes))
            case Field.start: self.start = try Self.milliseconds(reader.message(in: bytes), bytes)
            case Field.exemplar:
                let exemplar = try reader.message(in: bytes)
                // Those beyond the limit are left out: they are a sample of observations anyway.
                if self.exemplars.count < Self.exemplarLimit { self.exemplars.append(exemplar) }
            default:
                if wantsNative {
                    try self.readNative(&reader, bytes)
                } else {
                    try reader.skip(in: bytes)
                }
            }
        }
        self.count = floatCount != 0 ? floatCount : Double(count)
        self.native.count = count
        self.native.floatCount = floatCount
        self.native.sum = Double(bitPattern: self.sumBits)
        self.decideNative()
    }

    /// Spans, a zero bucket's width or its count make a histogram native, and a float one if the
    /// count is a float.
    ///
    /// Source: Prometheus, `isNativeHistogram` and `ProtobufParser.Histogram`.
    private mutating func decideNative() {
        self.isNative =
            !self.native.positive.spans.isEmpty || !self.native.negative.spans.isEmpty
            || self.native.zeroThreshold > 0 || self.native.zeroCount > 0
        self.native.isFloat = self.native.floatCount > 0 || self.native.floatZeroCount > 0
        // Of both flavours only one counts.
        if self.native.isFloat {
            self.native.count = 0
            self.native.zeroCount = 0
            self.native.positive.deltas.removeAll(keepingCapacity: true)
            self.native.negative.deltas.removeAll(keepingCapacity: true)
        } else {
            self.native.floatCount = 0
            self.native.floatZeroCount = 0
            self.native.positive.counts.removeAll(keepingCapacity: true)
            self.native.negative.counts.removeAll(keepingCapacity: true)
        }
    }

    private mutating func readNative(
        _ reader: inout ProtobufReader,
        _ bytes: borrowing Span<UInt8>,
    ) throws(ProtobufError) {
        switch reader.field {
        case Field.schema:
            self.native.schema = Int32(truncatingIfNeeded: try reader.zigzag(in: bytes))
        case Field.zeroThreshold:
            self.native.zeroThreshold = scrapedFloat(try reader.double(in: bytes))
        case Field.zeroCount: self.native.zeroCount = try reader.number(in: bytes)
        case Field.floatZeroCount:
            self.native.floatZeroCount = scrapedFloat(try reader.double(in: bytes))
        case Field.negativeSpan: try self.native.negative.readSpan(&reader, bytes)
        case Field.negativeDelta: try self.native.negative.readDeltas(&reader, bytes)
        case Field.negativeCount: try self.native.negative.readCounts(&reader, bytes)
        case Field.positiveSpan: try self.native.positive.readSpan(&reader, bytes)
        case Field.positiveDelta: try self.native.positive.readDeltas(&reader, bytes)
        case Field.positiveCount: try self.native.positive.readCounts(&reader, bytes)
        default: try reader.skip(in: bytes)
        }
    }

    private mutating func readBucket(
        _ range: Range<Int>,
        _ bytes: borrowing Span<UInt8>,
    ) throws(ProtobufError) {
        if self.buckets.count >= Self.partLimit { throw Self.tooMany("buckets", range) }
        var bucket = Bucket()
        var floatCount = 0.0
        var reader = ProtobufReader(range)
        while try reader.next(in: bytes) {
            switch reader.field {
            case 1: bucket.count = Double(try reader.number(in: bytes))
            case 2: bucket.bound = Double(bitPattern: try reader.double(in: bytes))
            case 3: bucket.exemplar = try reader.message(in: bytes)
            case 4: floatCount = scrapedFloat(try reader.double(in: bytes))
            default: try reader.skip(in: bytes)
            }
        }
        if floatCount != 0 { bucket.count = floatCount }
        self.buckets.append(bucket)
    }
}

extension NativeHistogram.Buckets {
    fileprivate mutating func readSpan(
        _ reader: inout ProtobufReader,
        _ bytes: borrowing Span<UInt8>,
    ) throws(ProtobufError) {
        if self.spans.count >= NativeHistogram.spanLimit {
            throw Self.tooMany("spans", NativeHistogram.spanLimit, reader.start)
        }
        var span = NativeHistogram.BucketSpan(offset: 0, length: 0)
        var message = ProtobufReader(try reader.message(in: bytes))
        while try message.next(in: bytes) {
            switch message.field {
            case 1: span.offset = Int32(truncatingIfNeeded: try message.zigzag(in: bytes))
            case 2: span.length = UInt32(truncatingIfNeeded: try message.number(in: bytes))
            default: try message.skip(in: bytes)
            }
        }
        self.spans.append(span)
    }

    fileprivate mutating func readDeltas(
        _ reader: inout ProtobufReader,
        _ bytes: borrowing Span<UInt8>,
    ) throws(ProtobufError) {
        let start = reader.start
        try reader.numbers(in: bytes) { number throws(ProtobufError) in
            if self.deltas.count >= NativeHistogram.bucketLimit {
                throw Self.tooMany("buckets", NativeHistogram.bucketLimit, start)
            }
            self.deltas.append(ProtobufReader.zigzag(number))
        }
    }

    fileprivate mutating func readCounts(
        _ reader: inout ProtobufReader,
        _ bytes: borrowing Span<UInt8>,
    ) throws(ProtobufError) {
        let start = reader.start
        try reader.doubles(in: bytes) { bits throws(ProtobufError) in
            if self.counts.count >= NativeHistogram.bucketLimit {
                throw Self.tooMany("buckets", NativeHistogram.bucketLimit, start)
            }
            self.counts.append(scrapedFloat(bits))
        }
    }

    private static func tooMany(
        _ parts: StaticString,
        _ limit: Int,
        _ offset: Int,
    ) -> ProtobufError {
        ProtobufError(
            at: offset,
            expected: "at most \(limit) \(parts) on one side of a histogram",
            found: "more",
        )
    }
}

/// A scraped float, with every NaN made the ordinary one.
@inline(__always)
private func scrapedFloat(_ bits: UInt64) -> Double { Double(bitPattern: scrapedBits(bits)) }
