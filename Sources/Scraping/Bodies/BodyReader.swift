import Bytes
import Codecs
import Telemetry

/// Memory that the scrapes of all targets share, one after the other.
struct ScrapeScratch: ~Copyable {
    var batch = SampleBatch()
    var labeler = SeriesLabeler()
    /// The lines of the body being read, once they differ from those of the last one.
    var order: [UInt32] = []
    /// An exemplar's labels.
    var exemplar = LabelBuilder()
    /// Bytes on their way somewhere else.
    var bytes = OutputBuffer()
    var protobuf = ProtobufScratch()

    /// Forgets the last body.
    mutating func reset(timestamp: Int64) {
        self.batch.reset(timestamp: timestamp)
        self.order.removeAll(keepingCapacity: true)
    }
}

/// Reads one body into a batch, in one piece or in several.
///
/// Which reader is asked is decided once for each piece; none of them knows the others.
struct BodyReader {
    private(set) var intake: ScrapeIntake
    private let format: ScrapeProtocol.Format
    /// Whether not a single byte has come.
    private var isEmpty = true
    private var text = TextBodyReader()
    private var openMetrics = OpenMetricsBodyReader()
    private var protobuf = ProtobufBodyReader()

    init(_ format: ScrapeProtocol.Format, now: Int64, hash: KeyedHash) {
        self.format = format
        self.intake = ScrapeIntake(now: now, hash: hash)
    }

    /// Reads a body's first bytes, or those that follow what has been read of it.
    ///
    /// After an error the caller calls `TargetSeries.fail`. `isLast` says that the body ends where
    /// the bytes end. What is returned is how many of them were read: the rest is the beginning of
    /// something that goes on in the next piece, and is to stand before it. Of the last piece all
    /// is read.
    mutating func read(
        _ bytes: borrowing Span<UInt8>,
        isLast: Bool,
        into series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
        rules: borrowing SeriesRules,
    ) throws(ScrapeFailure) -> Int {
        if !bytes.isEmpty { self.isEmpty = false }
        switch self.format {
        case .text:
            return try self.text.read(bytes, isLast, &self.intake, &series, &scratch, rules)
        case .openMetrics:
            return try self.openMetrics.read(bytes, isLast, &self.intake, &series, &scratch, rules)
        case .protobuf:
            return try self.protobuf.read(bytes, isLast, &self.intake, &series, &scratch, rules)
        }
    }

    /// Notes the lines among the first `count` bytes, which were read, for messages about others.
    mutating func countLines(_ bytes: borrowing Span<UInt8>, _ count: Int) {
        for place in 0..<count where bytes[place] == UInt8(ascii: "\n") {
            self.intake.linesBefore += 1
        }
    }

    /// Closes a body all of which was read.
    mutating func finish(
        _ series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
        rules: borrowing SeriesRules,
    ) throws(ScrapeFailure) {
        try self.intake.finish(&series, &scratch, rules)
        if self.format == .openMetrics { series.finishStarts(&scratch.batch) }
        series.finish(
            &scratch.batch,
            kept: self.intake.keptTracked,
            tracked: self.intake.tracked,
            isEmpty: self.isEmpty,
        )
    }
}
