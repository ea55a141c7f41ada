import Testing

@testable import Telemetry

/// Cases as in Prometheus's `model/histogram`, in the short form of `Shape`.
@Suite struct NativeHistogramTests {
    typealias Span = NativeHistogram.BucketSpan

    /// A histogram's buckets, written down and compared.
    struct Shape: Hashable, Sendable, CustomStringConvertible {
        var schema: Int32 = 0
        var positive: [(Int32, UInt32)] = []
        var deltas: [Int64] = []
        var negative: [(Int32, UInt32)] = []
        var negativeDeltas: [Int64] = []

        init(
            schema: Int32 = 0,
            _ positive: [(Int32, UInt32)] = [],
            _ deltas: [Int64] = [],
            negative: [(Int32, UInt32)] = [],
            _ negativeDeltas: [Int64] = [],
        ) {
            self.schema = schema
            self.positive = positive
            self.deltas = deltas
            self.negative = negative
            self.negativeDeltas = negativeDeltas
        }

        init(_ histogram: borrowing NativeHistogram) {
            self.schema = histogram.schema
            self.positive = histogram.positive.spans.map { ($0.offset, $0.length) }
            self.negative = histogram.negative.spans.map { ($0.offset, $0.length) }
            self.deltas = histogram.positive.deltas
            self.negativeDeltas = histogram.negative.deltas
        }

        /// The histogram, its count made to fit.
        func histogram() -> NativeHistogram {
            var histogram = NativeHistogram()
            histogram.schema = self.schema
            histogram.positive.spans = self.positive.map { Span(offset: $0.0, length: $0.1) }
            histogram.negative.spans = self.negative.map { Span(offset: $0.0, length: $0.1) }
            histogram.positive.deltas = self.deltas
            histogram.negative.deltas = self.negativeDeltas
            for deltas in [self.deltas, self.negativeDeltas] {
                var count: Int64 = 0
                for delta in deltas {
                    count += delta
                    histogram.count += UInt64(max(count, 0))
                }
            }
            return histogram
        }

        /// The same with counts of floats.
        func floatHistogram() -> NativeHistogram {
            var histogram = self.histogram()
            histogram.isFloat = true
            histogram.floatCount = Double(histogram.count)
            histogram.positive.counts = Self.counts(self.deltas)
            histogram.negative.counts = Self.counts(self.negativeDeltas)
            histogram.positive.deltas = []
            histogram.negative.deltas = []
            return histogram
        }

        static func counts(_ deltas: [Int64]) -> [Double] {
            var count: Int64 = 0
            return deltas.map { delta in
                count += delta
                return Double(count)
            }
        }

        var description: String {
            "\(self.schema) \(self.positive) \(self.deltas) \(self.negative) \(self.negativeDeltas)"
        }

        static func == (left: Shape, right: Shape) -> Bool { "\(left)" == "\(right)" }
        func hash(into hasher: inout Hasher) { hasher.combine("\(self)") }
    }

    struct CompactCase: Sendable {
        let input: Shape
        let keeping: Int
        let output: Shape
    }

    static let compactCases = [
        CompactCase(input: Shape(), keeping: 0, output: Shape()),
        // Nothing to do.
        CompactCase(
            input: Shape(
                [(-2, 1), (2, 3)],
                [1, 3, -3, 42],
                negative: [(3, 2), (3, 2)],
                [5, 3, 9, 1],
            ),
            keeping: 0,
            output: Shape(
                [(-2, 1), (2, 3)],
                [1, 3, -3, 42],
                negative: [(3, 2), (3, 2)],
                [5, 3, 9, 1],
            ),
        ),
        // Spans without a gap become one.
        CompactCase(
            input: Shape([(-2, 1), (0, 3), (0, 1)], [1, 3, -3, 42, 3]),
            keeping: 0,
            output: Shape([(-2, 5)], [1, 3, -3, 42, 3]),
        ),
        // Spans without a bucket go.
        CompactCase(
            input: Shape([(-2, 2), (2, 0), (2, 0), (2, 0), (3, 3)], [1, 3, -3, 42, 3]),
            keeping: 0,
            output: Shape([(-2, 2), (9, 3)], [1, 3, -3, 42, 3]),
        ),
        // Empty buckets at both ends of spans, and in the middle.
        CompactCase(
            input: Shape(
                [(-4, 6), (3, 6)],
                [0, 0, 1, 3, -4, 0, 1, 42, 3, -46, 0, 0],
                negative: [(0, 2), (2, 6)],
                [5, 3, -8, 4, -2, 3, 4, -9],
            ),
            keeping: 0,
            output: Shape(
                [(-2, 2), (5, 3)],
                [1, 3, -3, 42, 3],
                negative: [(0, 2), (3, 4)],
                [5, 3, -4, -2, 3, 4],
            ),
        ),
        CompactCase(
            input: Shape(
                [(-4, 6), (3, 3)],
                [0, 0, 1, -1, 0, 3, -2, 42, 3],
                negative: [(0, 2), (3, 5)],
                [5, 3, -4, -2, -2, 3, 4],
            ),
            keeping: 0,
            output: Shape(
                [(-2, 1), (2, 1), (3, 3)],
                [1, 2, -2, 42, 3],
                negative: [(0, 2), (3, 2), (1, 2)],
                [5, 3, -4, -2, 1, 4],
            ),
        ),
        // Short runs of empty buckets stay, and short gaps are filled.
        CompactCase(
            input: Shape([(-4, 6), (3, 3)], [0, 0, 1, -1, 0, 3, -2, 42, 3]),
            keeping: 2,
            output: Shape([(-2, 4), (3, 3)], [1, -1, 0, 3, -2, 42, 3]),
        ),
        CompactCase(
            input: Shape([(-4, 6), (3, 3)], [0, 0, 1, -1, 0, 3, -2, 42, 3]),
            keeping: 3,
            output: Shape([(-2, 10)], [1, -1, 0, 3, -3, 0, 0, 1, 42, 3]),
        ),
        CompactCase(
            input: Shape(
                [(0, 2), (2, 2), (2, 2)],
                [1, 1, 1, 1, 1, 1],
                negative: [(0, 1), (1, 1), (1, 1)],
                [2, 1, 1],
            ),
            keeping: 3,
            output: Shape(
                [(0, 10)],
                [1, 1, -2, 0, 3, 1, -4, 0, 5, 1],
                negative: [(0, 5)],
                [2, -2, 3, -3, 4],
            ),
        ),
        // Nothing but empty buckets.
        CompactCase(
            input: Shape([(-4, 6), (3, 3)], Array(repeating: 0, count: 9)),
            keeping: 3,
            output: Shape(),
        ),
        CompactCase(
            input: Shape([(-10, 2), (2, 1), (3, 3)], [0, 0, 0, 0, 2, 3]),
            keeping: 0,
            output: Shape([(-1, 2)], [2, 3]),
        ),
    ]

    @Test(arguments: compactCases)
    func compactsAsPrometheusDoes(_ example: CompactCase) throws {
        var histogram = example.input.histogram()
        try histogram.validate()
        histogram.compact(keepingRunsOf: example.keeping)
        #expect(Shape(histogram) == example.output)
        try histogram.validate()

        var floats = example.input.floatHistogram()
        floats.compact(keepingRunsOf: example.keeping)
        #expect(floats.positive.counts == Shape.counts(example.output.deltas))
        #expect(floats.negative.counts == Shape.counts(example.output.negativeDeltas))
        #expect(floats.positive.spans.map(\.length) == example.output.positive.map(\.1))
    }

    @Test func reducesResolutionAsPrometheusDoes() throws {
        let spans: [(Int32, UInt32)] = [(-2, 4), (0, 0), (3, 2)]
        let fine = Shape(
            spans,
            [1, 2, -2, 1, -1, 0],
            negative: [(0, 4), (0, 0), (3, 2)],
            [1, 2, -2, 1, -1, 0],
        )
        var histogram = fine.histogram()
        try histogram.validate()
        histogram.reduce(to: -1)
        #expect(
            Shape(histogram)
                == Shape(
                    schema: -1,
                    [(-1, 3), (1, 1)],
                    [1, 3, -2, 0],
                    negative: [(0, 3), (1, 1)],
                    [1, 3, -2, 0],
                )
        )
        try histogram.validate()
        var floats = fine.floatHistogram()
        floats.reduce(to: -1)
        #expect(floats.positive.counts == [1, 4, 2, 2])
    }

    /// Two steps at once are the same as one after the other, whatever the buckets are.
    @Test func stepsOfReductionAddUp() throws {
        var seed: UInt64 = 7
        func random(_ bound: UInt64) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((seed >> 33) % bound)
        }
        for _ in 0..<200 {
            var counts: [Int64] = []
            var spans: [(Int32, UInt32)] = []
            for place in 0..<random(6) {
                let length = random(9)
                spans.append((Int32(random(20) - (place == 0 ? 10 : 0)), UInt32(length)))
                for _ in 0..<length { counts.append(Int64(random(5))) }
            }
            let deltas = counts.indices.map { $0 == 0 ? counts[0] : counts[$0] - counts[$0 - 1] }
            let shape = Shape(schema: 3, spans, deltas)
            var once = shape.histogram()
            once.reduce(to: 0)
            var often = shape.histogram()
            for schema in [2, 1, 0] as [Int32] { often.reduce(to: schema) }
            #expect(Shape(once) == Shape(often))
            try once.validate()
        }
    }

    @Test func halvesTheResolutionUntilItFits() {
        var histogram = Shape(schema: 2, [(0, 16)], [1] + Array(repeating: 0, count: 15))
            .histogram()
        var fits = histogram.reduce(toBuckets: 16)
        #expect(fits)
        #expect(Shape(histogram).schema == 2)
        fits = histogram.reduce(toBuckets: 5)
        #expect(fits)
        #expect(Shape(histogram) == Shape(schema: 0, [(0, 5)], [1, 3, 0, 0, -1]))
        // Index 0 and 1 never meet, however coarse the schema.
        var wide = Shape(schema: -3, [(0, 2)], [1, 0]).histogram()
        fits = wide.reduce(toBuckets: 1)
        #expect(!fits)
        #expect(Shape(wide).schema == -4)
        var custom = Shape(schema: -53, [(0, 2)], [1, 0]).histogram()
        custom.customBounds = [1]
        fits = custom.reduce(toBuckets: 1)
        #expect(!fits)
        fits = custom.reduce(toBuckets: 2)
        #expect(fits)
    }

    /// As in Prometheus's `TestPickSchema`.
    @Test(arguments: [
        (65536.0, Int32(-4)), (256, -3), (16, -2), (4, -1), (2, 0), (1.4, 1), (1.1, 2), (1.09, 3),
        (1.04, 4), (1.02, 5), (1.01, 6), (1.005, 7), (1.002, 8), (1, 8), (0, 8), (-1, 8),
        (1_000_000, -4), (.infinity, -4), (.nan, 8),
    ])
    func picksTheFinestSchemaThatGrowsFastEnough(_ factor: Double, _ schema: Int32) {
        #expect(NativeHistogram.schema(minimumFactor: factor) == schema)
    }
}
