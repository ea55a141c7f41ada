import Bytes
import Codecs
import Telemetry
import Testing

@testable import Scraping

/// A body read in pieces is the same as one read whole.
@Suite struct ProtobufPiecesTests {
    /// The samples and what hangs on them, as numbers.
    private static func read(_ pieces: [ArraySlice<UInt8>]) throws -> [UInt64] {
        let hash = KeyedHash(key: 1)
        var series = TargetSeries(source: 0, identity: 0, hash: hash)
        var scratch = ScrapeScratch()
        scratch.batch.reset(timestamp: 2_000_000)
        var rules = SeriesRules()
        rules.histograms.scrapesNative = true
        rules.histograms.keepsClassic = true
        var reader = BodyReader(.protobuf, now: 2_000_000, hash: hash)
        var rest: [UInt8] = []
        for (place, piece) in pieces.enumerated() {
            rest += piece
            let isLast = place == pieces.count - 1
            let count = try reader.read(
                rest.span,
                isLast: isLast,
                into: &series,
                &scratch,
                rules: rules,
            )
            #expect(!isLast || count == rest.count)
            rest.removeFirst(count)
        }
        try reader.finish(&series, &scratch, rules: rules)
        var numbers: [UInt64] = []
        for index in 0..<scratch.batch.count {
            numbers.append(UInt64(scratch.batch.series(at: index)))
            numbers.append(scratch.batch.bits(at: index))
            numbers.append(UInt64(bitPattern: scratch.batch.start(at: index)))
        }
        let attached = scratch.batch.attachments.count
        return numbers
            + [UInt64(scratch.batch.exemplars.count), UInt64(scratch.batch.histograms.count)]
            + [hash(scratch.batch.attachments.span, from: 0, count: attached)]
    }

    @Test func piecesAreTheSameAsTheWhole() throws {
        let names = ["counter", "float_histogram", "no_metrics", "native_exemplars", "summary"]
        let body = names.flatMap { RecordedMetrics.body($0) }
        let whole = try Self.read([body[...]])
        #expect(whole.count == 60)
        for cut in 0...body.count {
            let parts = try Self.read([body[..<cut], body[cut...]])
            #expect(parts == whole, "cut at \(cut)")
        }
        let bytes = body.indices.map { body[$0...$0] } + [[]]
        #expect(try Self.read(bytes) == whole)
    }

    /// Errors say where they are in the whole body.
    @Test func offsetsCountFromTheBeginning() throws {
        let body = RecordedMetrics.body("untyped") + [2, 0x18, 9]
        for cut in [0, 10, body.count - 3, body.count] {
            do {
                _ = try Self.read([body[..<cut], body[cut...]])
                Issue.record("read what is malformed")
            } catch let failure as ScrapeFailure {
                let place = body.count - 2
                #expect(failure.message.hasPrefix("byte \(place): expected a MetricType"))
            }
        }
    }
}
