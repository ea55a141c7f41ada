import Bytes
import Codecs
import Pipeline
import Telemetry

/// A body that is read while it arrives, so that memory holds a piece of it at a time.
///
/// What it gives is kept until all of it has been read: one bad line, a cut connection or a limit
/// fails the scrape as a whole. It has memory of its own, since other targets are read in between.
final class LargeBody {
    /// The bytes of a piece; a body that has no more is read as a whole.
    static let pieceSize = 1 << 20
    /// The most bytes of something that must be read as a whole: a line, a metric of protobuf.
    static let longestUnit = 1 << 20
    /// The most bodies that are read in pieces at the same time; others wait for their turn.
    static let limit = 2

    var scratch = ScrapeScratch()
    private(set) var failure: ScrapeFailure?
    /// Bytes that have come.
    private(set) var count = 0
    private let format: ScrapeProtocol.Format
    private var reader: BodyReader
    /// The beginning of what goes on in the next piece.
    private var rest = OutputBuffer(capacity: LargeBody.pieceSize)

    /// What was counted so far.
    var intake: ScrapeIntake { self.reader.intake }

    init(_ format: ScrapeProtocol.Format, now: Int64, _ series: borrowing TargetSeries) {
        self.format = format
        self.reader = BodyReader(format, now: now, hash: series.hash)
        self.scratch.reset(timestamp: now)
        self.scratch.batch.reserve(series.order.count)
    }

    /// Reads a piece; false when the body is of no use any more, for the reason in `failure`.
    func take(
        _ piece: borrowing OutputBuffer,
        isLast: Bool,
        _ series: inout TargetSeries,
        _ rules: borrowing SeriesRules,
    ) -> Bool {
        if self.failure != nil { return false }
        self.count += piece.count
        self.rest.append(piece.span)
        do throws(ScrapeFailure) {
            let read = try self.reader.read(
                self.rest.span,
                isLast: isLast,
                into: &series,
                &self.scratch,
                rules: rules,
            )
            if self.format != .protobuf { self.reader.countLines(self.rest.span, read) }
            self.rest.removeFirst(read)
            if self.rest.count > Self.longestUnit { throw self.tooLong() }
            if isLast { try self.reader.finish(&series, &self.scratch, rules: rules) }
        } catch {
            self.failure = error
        }
        return self.failure == nil
    }

    /// Notes why no more of the body comes, unless there is a reason already.
    func abort(_ failure: ScrapeFailure) {
        if self.failure == nil { self.failure = failure }
    }

    private func tooLong() -> ScrapeFailure {
        let unit = self.format == .protobuf ? "metric" : "line"
        return ScrapeFailure(
            .parse,
            "expected the end of a \(unit) within \(Self.longestUnit) bytes, found none",
        )
    }
}
