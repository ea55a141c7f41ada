import Testing

@testable import Telemetry

/// Cases as in Prometheus's `TestNHCBConvert`, and what a target can do wrong.
@Suite struct ClassicHistogramTests {
    typealias Reason = NativeHistogram.Flaw.Reason

    struct Case: Sendable {
        var count: Double?
        var sum = 1000.25
        var buckets: [(Double, Double)] = []
        /// Spans' lengths, deltas or counts, bounds; nil where it can't be converted.
        var deltas: [Int64] = []
        var counts: [Double] = []
        var offsets: [Int32] = []
        var bounds: [Double] = []
        var total = 0.0
        var reason: Reason?
    }

    static let cases = [
        Case(),
        Case(buckets: [(0.5, 1000)], deltas: [1000], offsets: [0], bounds: [0.5], total: 1000),
        Case(
            buckets: [(0.5, 1337.42)],
            counts: [1337.42],
            offsets: [0],
            bounds: [0.5],
            total: 1337.42,
        ),
        Case(
            count: 1000,
            buckets: [(0.5, 50), (1, 950), (.infinity, 1000)],
            deltas: [50, 850, -850],
            offsets: [0],
            bounds: [0.5, 1],
            total: 1000,
        ),
        Case(
            count: 1000,
            buckets: [(0.5, 50), (1, 950.5), (.infinity, 1000)],
            counts: [50, 900.5, 49.5],
            offsets: [0],
            bounds: [0.5, 1],
            total: 1000,
        ),
        // Out of order, and one twice.
        Case(
            count: 1000,
            buckets: [(0.5, 50), (.infinity, 1000), (1, 950), (1, 3)],
            deltas: [50, 850, -850],
            offsets: [0],
            bounds: [0.5, 1],
            total: 1000,
        ),
        // The bucket +Inf is made of the count; long runs of empty buckets are left out.
        Case(
            count: 7,
            buckets: [(1, 5), (2, 5), (3, 5), (4, 5), (5, 6)],
            deltas: [5, -4, 0],
            offsets: [0, 3],
            bounds: [1, 2, 3, 4, 5],
            total: 7,
        ),
        Case(count: 9, deltas: [9], offsets: [0], total: 9),
        Case(
            count: 1000,
            buckets: [(0.5, 50), (1, 950), (.infinity, 900)],
            reason: .notCumulative,
        ),
        Case(count: 4, buckets: [(1, 2), (3, 4), (2, 5)], reason: .notCumulative),
        Case(count: -1000, reason: .negativeCount),
        Case(buckets: [(1, -5)], reason: .negativeCount),
        Case(buckets: [(1, 5), (.nan, 10)], reason: .customBounds),
        Case(count: 3, buckets: [(1, 5)], reason: .negativeCount),
        Case(count: 9, buckets: [(1, 5), (.infinity, 8)], reason: .countMismatch),
        Case(count: .nan, buckets: [(1, 5)], reason: .countMismatch),
        Case(
            count: 1e300,
            buckets: [(1, 5)],
            counts: [5, 1e300],
            offsets: [0],
            bounds: [1],
            total: 1e300,
        ),
    ]

    @Test(arguments: cases.indices) func converts(_ index: Int) throws {
        let example = Self.cases[index]
        var classic = ClassicHistogram()
        var histogram = NativeHistogram()
        // Reused: what was there before must not show.
        try classic.setBucket(bound: 77, count: 1)
        classic.removeAll()
        histogram.isGauge = true
        histogram.zeroCount = 5
        var reason: Reason?
        do throws(NativeHistogram.Flaw) {
            classic.setSum(example.sum)
            if let count = example.count { try classic.setCount(count) }
            for (bound, count) in example.buckets {
                try classic.setBucket(bound: bound, count: count)
            }
            try classic.convert(into: &histogram)
            try histogram.validate()
        } catch {
            reason = error.reason
        }
        #expect(reason == example.reason)
        if reason != nil { return }
        let (isCustom, isGauge, isFloat) = (
            histogram.isCustom, histogram.isGauge, histogram.isFloat,
        )
        #expect(isCustom && !isGauge)
        #expect(isFloat == !example.counts.isEmpty)
        let total = isFloat ? histogram.floatCount : Double(histogram.count)
        #expect(total == example.total)
        let sum = histogram.sum
        #expect(sum == example.sum)
        let buckets = histogram.positive
        #expect(buckets.deltas == example.deltas)
        #expect(buckets.counts == example.counts)
        #expect(buckets.spans.map(\.offset) == example.offsets)
        let bounds = histogram.customBounds
        #expect(bounds == example.bounds)
    }

    @Test func bucketsAreLimited() throws {
        var classic = ClassicHistogram()
        for bound in 0..<ClassicHistogram.bucketLimit {
            try classic.setBucket(bound: Double(bound), count: 1)
        }
        var reason: Reason?
        do throws(NativeHistogram.Flaw) {
            try classic.setBucket(bound: -1, count: 1)
        } catch {
            reason = error.reason
        }
        #expect(reason == .tooManyBuckets)
    }
}
