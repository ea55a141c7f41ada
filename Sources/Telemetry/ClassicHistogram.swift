/// A histogram that came as cumulative counts, on its way to one with custom buckets.
///
/// Reused from one to the next. Source: Prometheus, `util/convertnhcb`.
public struct ClassicHistogram: ~Copyable, Sendable {
    /// The most buckets.
    public static let bucketLimit = 1 << 13

    private var bounds: [Double] = []
    private var counts: [Double] = []
    private var count: Double?
    private var sum = 0.0

    /// Makes an empty histogram.
    public init() {}

    /// Makes it empty, and keeps the memory.
    public mutating func removeAll() {
        self.bounds.removeAll(keepingCapacity: true)
        self.counts.removeAll(keepingCapacity: true)
        self.count = nil
        self.sum = 0
    }

    /// Takes the number of all observations.
    public mutating func setCount(_ count: Double) throws(NativeHistogram.Flaw) {
        if count < 0 { throw Self.negative(count) }
        self.count = count
    }

    /// Takes the sum of all observed values.
    public mutating func setSum(_ sum: Double) {
        self.sum = sum
    }

    /// Takes a bucket's cumulative count; a bucket that is there already is left as it is.
    public mutating func setBucket(
        bound: Double,
        count: Double,
    ) throws(NativeHistogram.Flaw) {
        if bound.isNaN {
            throw NativeHistogram.Flaw(.customBounds, "expected a bound, found NaN")
        }
        if count < 0 { throw Self.negative(count) }
        var place = self.bounds.count
        while place > 0, self.bounds[place - 1] >= bound { place -= 1 }
        if place < self.bounds.count, self.bounds[place] == bound { return }
        if self.bounds.count >= Self.bucketLimit {
            throw NativeHistogram.Flaw(
                .tooManyBuckets,
                "expected at most \(Self.bucketLimit) buckets, found more",
            )
        }
        if place > 0, count < self.counts[place - 1] {
            throw Self.notCumulative(count, after: self.counts[place - 1])
        }
        if place < self.counts.count, count > self.counts[place] {
            throw Self.notCumulative(self.counts[place], after: count)
        }
        self.bounds.insert(bound, at: place)
        self.counts.insert(count, at: place)
    }

    /// Writes the histogram with custom buckets that says the same.
    public mutating func convert(
        into histogram: inout NativeHistogram
    ) throws(NativeHistogram.Flaw) {
        let count = self.count ?? self.counts.last ?? 0
        if self.bounds.last != .infinity {
            self.bounds.append(.infinity)
            self.counts.append(count)
        }
        if let last = self.counts.last, last != count {
            throw NativeHistogram.Flaw(
                .countMismatch,
                "expected the bucket +Inf to hold all \(count) observations, found \(last)",
            )
        }
        histogram.removeAll()
        histogram.schema = NativeHistogram.customSchema
        histogram.sum = self.sum
        histogram.customBounds.append(contentsOf: self.bounds.dropLast())
        histogram.positive.spans.append(
            NativeHistogram.BucketSpan(offset: 0, length: UInt32(self.bounds.count))
        )
        if self.isOfIntegers {
            self.convertIntegers(into: &histogram)
            histogram.count = UInt64(count)
            try histogram.validateBuckets()
            histogram.compact(keepingRunsOf: 2)
            return
        }
        histogram.isFloat = true
        histogram.floatCount = count
        var previous = 0.0
        for count in self.counts {
            histogram.positive.counts.append(count - previous)
            previous = count
        }
        try histogram.validateBuckets()
        histogram.compact()
    }

    private func convertIntegers(into histogram: inout NativeHistogram) {
        var previous: Int64 = 0
        var previousCount: Int64 = 0
        for cumulative in self.counts {
            let whole = Int64(cumulative)
            let count = whole - previous
            histogram.positive.deltas.append(count - previousCount)
            previous = whole
            previousCount = count
        }
    }

    /// Whether every count is a whole number that 64 bits hold.
    private var isOfIntegers: Bool {
        self.counts.allSatisfy { Int64(exactly: $0) != nil }
    }

    private static func negative(_ count: Double) -> NativeHistogram.Flaw {
        NativeHistogram.Flaw(.negativeCount, "expected counts of 0 or more, found \(count)")
    }

    private static func notCumulative(_ count: Double, after: Double) -> NativeHistogram.Flaw {
        NativeHistogram.Flaw(
            .notCumulative,
            "expected counts that grow with the bounds, found \(count) after \(after)",
        )
    }
}
