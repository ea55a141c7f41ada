import Bytes
import Telemetry
import Testing

@testable import Codecs

/// Golden vectors: Google's protobuf library wrote them, see `Tests/Recording/record.py histograms`.
@Suite struct HistogramWriterTests {
    typealias Span = NativeHistogram.BucketSpan

    struct Case: Sendable {
        let hex: String
        let fill: @Sendable (inout NativeHistogram) -> Void
    }

    static let cases = [
        Case(hex: "08003000") { _ in },
        Case(
            hex: "081219000000000000e03f200629832d55b12fc7d5373002420508c30210014204082e10044a0502"
                + "060301025a0508c10210015a0408101003620402040300"
        ) {
            $0.count = 18
            $0.sum = 0.5
            $0.schema = 3
            $0.zeroThreshold = 1e-39
            $0.zeroCount = 2
            $0.negative.spans = [Span(offset: -162, length: 1), Span(offset: 23, length: 4)]
            $0.negative.deltas = [1, 3, -2, -1, 1]
            $0.positive.spans = [Span(offset: -161, length: 1), Span(offset: 8, length: 3)]
            $0.positive.deltas = [1, 2, -2, 0]
        },
        Case(
            hex: "11000000000080324019000000000000f0bf20073900000000000004405a0210026a100000000000"
                + "00e03f0000000000002f407003"
        ) {
            $0.isFloat = true
            $0.isGauge = true
            $0.floatCount = 18.5
            $0.sum = -1
            $0.schema = -4
            $0.floatZeroCount = 2.5
            $0.positive.spans = [Span(offset: 0, length: 2)]
            $0.positive.counts = [0.5, 15.5]
        },
        Case(
            hex: "08e807190000000000428f40206930005a021003620564a40da30d820110000000000000e03f0000"
                + "00000000f03f"
        ) {
            $0.count = 1000
            $0.sum = 1000.25
            $0.schema = -53
            $0.positive.spans = [Span(offset: 0, length: 3)]
            $0.positive.deltas = [50, 850, -850]
            $0.customBounds = [0.5, 1]
        },
        Case(
            hex: "08ffffffffffffffffff0119000000000000f87f201030ac025a0c08ffffffff0f10ffffffff0f62"
                + "14feffffffffffffffff01ffffffffffffffffff01"
        ) {
            $0.count = .max
            $0.sum = .nan
            $0.schema = 8
            $0.zeroCount = 300
            $0.positive.spans = [Span(offset: .min, length: .max)]
            $0.positive.deltas = [.max, .min]
        },
    ]

    @Test(arguments: cases.indices) func writesWhatGoogleWrites(_ index: Int) {
        var histogram = NativeHistogram()
        Self.cases[index].fill(&histogram)
        var output = OutputBuffer()
        HistogramWriter.append(histogram, to: &output)
        let hex = output.array.map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        #expect(hex.joined() == Self.cases[index].hex)
    }
}
