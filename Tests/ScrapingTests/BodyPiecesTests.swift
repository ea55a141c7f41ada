import Bytes
import Codecs
import Telemetry
import Testing

@testable import Scraping

/// A body in a text format that is read in pieces is the same as one read whole.
@Suite struct BodyPiecesTests {
    /// What one reading gave.
    private struct Outcome: Equatable {
        var samples: [String] = []
        var counts = ScrapeCounts()
        var failure: ScrapeFailure?
    }

    /// One target that is read again and again.
    private struct Target: ~Copyable {
        var series = TargetSeries(source: 0, identity: 0, hash: KeyedHash(key: 1))
        let rules = SeriesRules()

        mutating func read(_ pieces: [[UInt8]], _ format: ScrapeProtocol.Format) -> Outcome {
            self.series.begin(format)
            let body = LargeBody(format, now: 9000, self.series)
            var outcome = Outcome()
            for (place, piece) in pieces.enumerated() {
                var bytes = OutputBuffer()
                bytes.append(piece.span)
                let isLast = place == pieces.count - 1
                if !body.take(bytes, isLast: isLast, &self.series, self.rules) { break }
            }
            outcome.counts = body.intake.counts
            outcome.failure = body.failure
            if body.failure != nil { self.series.fail(&body.scratch.batch) }
            for index in 0..<body.scratch.batch.count {
                let number = body.scratch.batch.series(at: index)
                outcome.samples.append(
                    "\(self.series.table.labelSet(of: number)) \(body.scratch.batch.bits(at: index)) "
                        + "\(body.scratch.batch.time(at: index)) "
                        + "\(body.scratch.batch.start(at: index)) "
                        + "\(self.series.table.family(of: number))"
                )
            }
            for exemplar in body.scratch.batch.exemplars {
                outcome.samples.append("\(exemplar.sample) \(exemplar.bits) \(exemplar.time)")
            }
            return outcome
        }
    }

    private static let text = """
        # HELP a Some text.
        # TYPE a counter
        a{x="1",y="ü\\"}"} 1
        a{x="2
        3"} 2.5 500
        \tb\t 3 \t

        # comment
        {"c.d", "e"="f"} NaN
        a{x="1",y="ü\\"}"} 4
        last 5
        """
    private static let openMetrics = """
        # HELP a Some text.
        # TYPE a counter
        # UNIT a_s s
        a_total{x="1",y="ü\\"}"} 1 # {t="1"} 1
        a_created{x="1",y="ü\\"}"} 1
        a_total{x="2"} 2.5 0.5 # {t="2",u="3"} 1 2
        # TYPE b gauge
        {"c.d","e"="f"} NaN
        # EOF
        """

    private static let bodies: [(String, ScrapeProtocol.Format, Bool)] = [
        (text, .text, true), (text + "\n", .text, true), (text + "\n\u{0}rest\nx", .text, true),
        ("a 1\n\u{0}b\nc", .text, true), (text + "\n9 1\n", .text, false), ("", .text, true),
        ("a{b=\"c\nd 1\n", .text, false), ("a{b=\"c\nd 1\ne\" 1", .text, false),
        (openMetrics, .openMetrics, true), (openMetrics + "\n", .openMetrics, true),
        (openMetrics + "\nb 1\n", .openMetrics, false), ("a 1\n", .openMetrics, false),
        (openMetrics + "x", .openMetrics, false), ("", .openMetrics, true),
        ("a 1\nb  2\n# EOF\n", .openMetrics, false), ("# EOF\n# EOF\n", .openMetrics, false),
    ]

    @Test(arguments: bodies)
    func everyCutIsTheSame(
        _ body: String,
        _ format: ScrapeProtocol.Format,
        _ isGood: Bool,
    ) {
        let bytes = Array(body.utf8)
        // Read twice, so that lines are new and known.
        var plain = Target()
        let wholes = (0..<2).map { _ in plain.read([bytes], format) }
        #expect((wholes[0].failure == nil) == isGood, "\(String(describing: wholes[0].failure))")
        for cut in 0...bytes.count {
            for other in [cut, min(cut + 3, bytes.count), bytes.count] {
                let pieces = [bytes[..<cut], bytes[cut..<other], bytes[other...]].map { Array($0) }
                var target = Target()
                for whole in wholes {
                    let outcome = target.read(pieces, format)
                    #expect(outcome.samples == whole.samples, "cut at \(cut) and \(other)")
                    #expect((outcome.failure == nil) == (whole.failure == nil), "cut at \(cut)")
                    if isGood { #expect(outcome.counts == whole.counts) }
                }
            }
        }
        var target = Target()
        let single = target.read(bytes.map { [$0] } + [[]], format)
        #expect(single.samples == wholes[0].samples)
    }

    @Test func errorsNameTheLineOfTheBody() {
        let lines = (0..<50).map { "a{n=\"\($0)\"} 1\n" } + ["b x\n", "c 1\n"]
        for (format, end) in [(ScrapeProtocol.Format.text, ""), (.openMetrics, "# EOF\n")] {
            let bytes = Array((lines.joined() + end).utf8)
            for cut in stride(from: 0, to: bytes.count, by: 7) {
                var target = Target()
                let outcome = target.read([Array(bytes[..<cut]), Array(bytes[cut...])], format)
                #expect(
                    outcome.failure?.message == "line 51: expected a value, found `x`",
                    "cut at \(cut)",
                )
            }
        }
    }

    @Test(arguments: [ScrapeProtocol.Format.text, .openMetrics])
    func aLineWithoutEndIsAnError(_ format: ScrapeProtocol.Format) {
        var target = Target()
        let endless = [UInt8](repeating: UInt8(ascii: "a"), count: LargeBody.longestUnit / 2 + 1)
        let outcome = target.read([endless, endless, endless, endless], format)
        #expect(outcome.failure?.reason == .parse)
        #expect(outcome.failure?.message.contains("the end of a line") == true)
    }
}
