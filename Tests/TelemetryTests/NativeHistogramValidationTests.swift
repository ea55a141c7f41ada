import Testing

@testable import Telemetry

/// Cases as in Prometheus's `TestHistogramValidation`, and what it lets pass.
@Suite struct NativeHistogramValidationTests {
    typealias Shape = NativeHistogramTests.Shape
    typealias Reason = NativeHistogram.Flaw.Reason

    struct Case: Sendable {
        let name: String
        let reason: Reason?
        let change: @Sendable (inout NativeHistogram) -> Void
    }

    /// What happens to a sound histogram of five observations.
    static let cases = [
        Case(name: "sound", reason: nil) { _ in },
        Case(name: "schema 9", reason: .schema) { $0.schema = 9 },
        Case(name: "schema -5", reason: .schema) { $0.schema = -5 },
        Case(name: "schema 8", reason: nil) { $0.schema = 8 },
        Case(name: "too few buckets", reason: .spansAndBuckets) { $0.positive.deltas.removeLast() },
        Case(name: "too many buckets", reason: .spansAndBuckets) { $0.positive.deltas.append(0) },
        Case(name: "buckets without spans", reason: .spansAndBuckets) {
            $0.negative.deltas.append(1)
        },
        Case(name: "a span that goes back", reason: .spanOffset) {
            $0.positive.spans[1].offset = -1
        },
        Case(name: "a first span below zero", reason: nil) { $0.positive.spans[0].offset = -9 },
        Case(name: "a negative count", reason: .negativeCount) {
            $0.positive.deltas = [1, -2, 5]
        },
        Case(name: "a count beyond 63 bits", reason: .negativeCount) {
            $0.positive.deltas = [.max, .max, 0]
        },
        Case(name: "a total beyond 63 bits", reason: .tooLarge) {
            $0.positive.deltas = [.max, 0, 0]
        },
        Case(name: "a count too high", reason: .countMismatch) { $0.count += 1 },
        Case(name: "a count too low", reason: .countMismatch) { $0.count -= 1 },
        Case(name: "a count too high, of NaN", reason: nil) {
            $0.count += 1
            $0.sum = .nan
        },
        Case(name: "a count too low, of NaN", reason: .countMismatch) {
            $0.count -= 1
            $0.sum = .nan
        },
        Case(name: "a zero bucket", reason: nil) {
            $0.zeroCount = 3
            $0.count += 3
        },
        Case(name: "bounds without need", reason: .customBounds) { $0.customBounds = [1] },
        Case(name: "an index beyond 31 bits", reason: .tooLarge) {
            $0.positive.spans[1].offset = .max
        },
        Case(name: "a length beyond all", reason: .tooLarge) {
            $0.positive.spans[1].length = .max
        },
        Case(name: "too many spans", reason: .tooManyBuckets) {
            let empty = NativeHistogram.BucketSpan(offset: 0, length: 0)
            $0.negative.spans = Array(repeating: empty, count: NativeHistogram.spanLimit + 1)
        },
    ]

    @Test(arguments: cases.indices) func integers(_ index: Int) {
        let example = Self.cases[index]
        // Counts 1, 3 and 1.
        var histogram = Shape([(0, 1), (2, 2)], [1, 2, -2]).histogram()
        let count = histogram.count
        #expect(count == 5)
        example.change(&histogram)
        #expect(self.reason(histogram) == example.reason, "\(example.name)")
    }

    static let floatCases = [
        Case(name: "sound", reason: nil) { _ in },
        Case(name: "a count that does not add up", reason: nil) { $0.floatCount = 7.5 },
        Case(name: "a negative count", reason: .negativeCount) { $0.floatCount = -1 },
        Case(name: "a negative zero count", reason: .negativeCount) { $0.floatZeroCount = -1 },
        Case(name: "a negative bucket", reason: .negativeCount) { $0.positive.counts[1] = -0.5 },
        Case(name: "NaN in a bucket", reason: nil) { $0.positive.counts[1] = .nan },
        Case(name: "too few buckets", reason: .spansAndBuckets) { $0.positive.counts.removeLast() },
    ]

    @Test(arguments: floatCases.indices) func floats(_ index: Int) {
        let example = Self.floatCases[index]
        var histogram = Shape([(0, 1), (2, 2)], [1, 2, -2]).floatHistogram()
        example.change(&histogram)
        #expect(self.reason(histogram) == example.reason, "\(example.name)")
    }

    static let customCases = [
        Case(name: "sound", reason: nil) { _ in },
        Case(name: "no bounds needed", reason: nil) {
            $0.positive.spans = [NativeHistogram.BucketSpan(offset: 0, length: 1)]
            $0.positive.deltas = [5]
            $0.customBounds = []
        },
        Case(name: "too few bounds", reason: .customBuckets) { $0.customBounds.removeLast(2) },
        Case(name: "more bounds than buckets", reason: nil) { $0.customBounds.append(100) },
        Case(name: "bounds that stand still", reason: .customBounds) { $0.customBounds[1] = 1 },
        Case(name: "NaN", reason: .customBounds) { $0.customBounds[0] = .nan },
        Case(name: "NaN later", reason: .customBounds) { $0.customBounds[1] = .nan },
        Case(name: "infinite", reason: .customBounds) { $0.customBounds[3] = .infinity },
        Case(name: "below zero", reason: nil) { $0.customBounds[0] = -.infinity },
        Case(name: "a zero bucket", reason: .customBuckets) { $0.zeroCount = 1 },
        Case(name: "a zero threshold", reason: .customBuckets) { $0.zeroThreshold = 0.1 },
        Case(name: "negative spans", reason: .customBuckets) {
            $0.negative.spans = [NativeHistogram.BucketSpan(offset: 0, length: 0)]
        },
        Case(name: "an offset below zero", reason: .spanOffset) {
            $0.positive.spans[0].offset = -1
        },
        Case(name: "a count too high", reason: .countMismatch) { $0.count += 1 },
    ]

    @Test(arguments: customCases.indices) func customBuckets(_ index: Int) {
        let example = Self.customCases[index]
        var histogram = Shape(schema: -53, [(0, 1), (2, 2)], [1, 2, -2]).histogram()
        histogram.customBounds = [1, 2, 3, 4]
        example.change(&histogram)
        #expect(self.reason(histogram) == example.reason, "\(example.name)")
    }

    private func reason(_ histogram: borrowing NativeHistogram) -> Reason? {
        do throws(NativeHistogram.Flaw) {
            try histogram.validate()
            return nil
        } catch {
            #expect(error.description.contains("expected") && error.description.contains("found"))
            return error.reason
        }
    }
}
