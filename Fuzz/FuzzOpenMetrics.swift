import Bytes
import Codecs
import Fuzzing
import Telemetry

@testable import Scraping

/// What one reading of a body gave.
private struct Outcome: Equatable {
    var samples: [String] = []
    var scraped = 0
    var isSound = true
}

/// One target that is read again and again, so that lines are new and known.
private struct Target: ~Copyable {
    var series = TargetSeries(source: 0, identity: 0, hash: KeyedHash(key: 1))
    let rules = SeriesRules()

    mutating func read(_ pieces: [ArraySlice<UInt8>], _ format: ScrapeProtocol.Format) -> Outcome {
        self.series.begin(format)
        let body = LargeBody(format, now: 9000, self.series)
        for (place, piece) in pieces.enumerated() {
            var bytes = OutputBuffer()
            for byte in piece { bytes.append(byte) }
            let isLast = place == pieces.count - 1
            if !body.take(bytes, isLast: isLast, &self.series, self.rules) { break }
        }
        var outcome = Outcome()
        outcome.isSound = body.failure == nil
        if outcome.isSound {
            outcome.scraped = body.intake.counts.scraped
        } else {
            self.series.fail(&body.scratch.batch)
        }
        self.show(body.scratch.batch, &outcome)
        self.series.compactIfWorthwhile()
        return outcome
    }

    private func show(_ batch: borrowing SampleBatch, _ outcome: inout Outcome) {
        for index in 0..<batch.count {
            let number = batch.series(at: index)
            outcome.samples.append(
                "\(self.series.table.labelSet(of: number)) \(batch.bits(at: index)) "
                    + "\(batch.time(at: index)) \(batch.start(at: index)) "
                    + "\(self.series.table.family(of: number))"
            )
        }
        for exemplar in batch.exemplars {
            let labels = batch.attachments.span.extracting(exemplar.labels).text
            outcome.samples.append(
                "\(exemplar.sample) \(exemplar.bits) \(exemplar.time) \(labels)"
            )
        }
    }
}

/// Every line that the strict parser takes is taken by the short way too, with the same result.
private func checkShortWay(_ body: borrowing Span<UInt8>) {
    var labels = LabelBuilder()
    var offset = 0
    while true {
        let before = offset
        let event: OpenMetricsEvent
        do throws(ExpositionError) {
            event = try OpenMetricsParser.next(body, from: &offset, labels: &labels)
            invariant(offset > before && offset <= body.count, "no progress")
            switch event {
            case .end: return
            case .sample(let series, let suffix):
                let end = OpenMetricsParser.seriesEnd(body, at: series.lowerBound)
                invariant(end == series.upperBound, "the short way finds another end")
                let again = OpenMetricsParser.suffix(body, at: series.upperBound)
                invariant(again == suffix, "the short way reads another value")
                if suffix.hasExemplar {
                    offset = try OpenMetricsParser.exemplar(body, at: offset, labels: &labels).end
                }
            default: break
            }
        } catch {
            invariant(error.line >= 1 && !error.expected.isEmpty, "an error without a place")
            return
        }
    }
}

/// OpenMetrics and the text format: a body in pieces is the same as the whole, new or known.
@main enum FuzzOpenMetrics {
    static func main() { fuzz(Self.test) }

    private static func test(_ input: inout FuzzInput) {
        let format: ScrapeProtocol.Format = input.choice(2) == 0 ? .openMetrics : .text
        let (first, second) = (Int(input.byte()), Int(input.byte()))
        let body = input.rest()
        if format == .openMetrics { checkShortWay(body.span) }
        let cut = body.count * first / 255
        let other = cut + (body.count - cut) * second / 255
        var whole = Target()
        var parts = Target()
        for _ in 0..<2 {
            let left = whole.read([body[...]], format)
            let right = parts.read([body[..<cut], body[cut..<other], body[other...]], format)
            invariant(left == right, "whole and parts differ: \(left) and \(right)")
        }
    }
}
