import Bytes
import Codecs
import Telemetry

/// Reads bodies in OpenMetrics text, versions 1.0.0 and 0.0.1.
struct OpenMetricsBodyReader {
    private var offset = 0
    /// Whether anything has come.
    private var hasBegun = false
    /// Whether `# EOF` has come.
    private var hasEnded = false

    /// Reads a piece, as `BodyReader` says.
    mutating func read(
        _ bytes: borrowing Span<UInt8>,
        _ isLast: Bool,
        _ intake: inout ScrapeIntake,
        _ series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
        _ rules: borrowing SeriesRules,
    ) throws(ScrapeFailure) -> Int {
        // As in Prometheus a body without a single byte is an empty exposition.
        if bytes.isEmpty, !self.hasBegun || self.hasEnded { return 0 }
        if self.hasEnded {
            throw ScrapeFailure(.parse, "expected nothing after # EOF, found \(bytes.count) bytes")
        }
        self.hasBegun = true
        // Nothing is read of a line whose end is still to come.
        let end = isLast ? bytes.count : (bytes.lastOffset(of: UInt8(ascii: "\n")) ?? -1) + 1
        let text = bytes.extracting(first: end)
        self.offset = 0
        while !self.hasEnded, isLast || self.offset < text.count {
            if try self.readKnownLine(text, &intake, &series, &scratch, rules) { continue }
            if self.offset < text.count, text[self.offset] == UInt8(ascii: "#") {
                try self.readComment(text, &intake, &series, &scratch)
            } else {
                try self.readSample(text, &intake, &series, &scratch, rules)
            }
        }
        return self.offset
    }

    /// Reads the line at the offset if it is the one that stood there in the last body.
    @inline(__always)
    private mutating func readKnownLine(
        _ bytes: borrowing Span<UInt8>,
        _ intake: inout ScrapeIntake,
        _ series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
        _ rules: borrowing SeriesRules,
    ) throws(ScrapeFailure) -> Bool {
        guard let line = intake.expected(series) else { return false }
        let length = Int(series.lines.lengths[Int(line)])
        let end = self.offset &+ length
        guard end < bytes.count,
            intake.hash(bytes, from: self.offset, count: length) == series.lines.hashes[Int(line)],
            try self.take(line, end, bytes, &intake, &series, &scratch, rules)
        else { return false }
        intake.advance(line, &scratch)
        return true
    }

    /// Takes what follows the text of a known line; false if that is not what should follow.
    private mutating func take(
        _ line: UInt32,
        _ end: Int,
        _ bytes: borrowing Span<UInt8>,
        _ intake: inout ScrapeIntake,
        _ series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
        _ rules: borrowing SeriesRules,
    ) throws(ScrapeFailure) -> Bool {
        var meaning = series.lines.meanings[Int(line)]
        if meaning >= LineTable.firstComment, meaning != LineTable.dropped {
            guard bytes[end] == UInt8(ascii: "\n"), intake.takeComment(line, series) else {
                return false
            }
            self.offset = end &+ 1
            return true
        }
        guard let suffix = OpenMetricsParser.suffix(bytes, at: end) else { return false }
        let name = self.offset..<end
        self.offset = suffix.end
        if meaning >= LineTable.firstStart, meaning != LineTable.dropped {
            let start = series.starts[meaning]
            series.starts.set(start.slot, toSeconds: Double(bitPattern: suffix.bits))
            meaning = start.meaning
        }
        let taken = intake.takeSample(
            meaning,
            suffix.bits,
            suffix.timestamp,
            &series,
            &scratch.batch,
            rules,
        )
        if suffix.hasExemplar {
            try self.readExemplar(of: name, taken, bytes, &intake, &series, &scratch)
        }
        return true
    }

    // MARK: Lines that moved, and new ones

    private mutating func readComment(
        _ bytes: borrowing Span<UInt8>,
        _ intake: inout ScrapeIntake,
        _ series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
    ) throws(ScrapeFailure) {
        let start = self.offset
        let end = bytes.firstOffset(of: UInt8(ascii: "\n"), from: start) ?? bytes.count
        let hash = intake.hash(bytes, from: start, count: end - start)
        if end < bytes.count, let line = series.lines.find(hash, length: end - start),
            intake.takeComment(line, series)
        {
            self.offset = end + 1
            intake.follow(line, series, &scratch)
            return
        }
        var entry = CommentTable.Entry(subject: .nothing)
        switch try self.parse(bytes, intake, &scratch.labeler.labels) {
        case .end:
            self.hasEnded = true
            return
        case .sample:
            return
        case .type(let name, let kind):
            let family = series.family(named: bytes.extracting(name))
            series.table.families.describe(family) { $0.kind = kind }
            entry = CommentTable.Entry(subject: .type, kind: kind, family: family)
        case .help(let name, let text):
            let family = series.family(named: bytes.extracting(name))
            var help = OutputBuffer(capacity: text.count)
            help.append(unescapingLabel: bytes.extracting(text))
            series.table.families.describe(family) { $0.help = help.text }
            entry = CommentTable.Entry(subject: .help, family: family)
        case .unit(let name, let text):
            let family = series.family(named: bytes.extracting(name))
            let unit = bytes.extracting(text).text
            series.table.families.describe(family) { $0.unit = unit }
            entry = CommentTable.Entry(subject: .unit, family: family)
        }
        intake.describe(hash, length: end - start, entry, &series, &scratch)
    }

    private mutating func readSample(
        _ bytes: borrowing Span<UInt8>,
        _ intake: inout ScrapeIntake,
        _ series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
        _ rules: borrowing SeriesRules,
    ) throws(ScrapeFailure) {
        let start = self.offset
        if let end = OpenMetricsParser.seriesEnd(bytes, at: start) {
            let hash = intake.hash(bytes, from: start, count: end - start)
            if let line = series.lines.find(hash, length: end - start),
                try self.take(line, end, bytes, &intake, &series, &scratch, rules)
            {
                intake.follow(line, series, &scratch)
                return
            }
        }
        guard
            case .sample(let text, let suffix) =
                try self.parse(bytes, intake, &scratch.labeler.labels)
        else { return }
        let taken = try intake.add(
            intake.hash(bytes, from: text.lowerBound, count: text.count),
            length: text.count,
            bits: suffix.bits,
            time: suffix.timestamp,
            role: StartTimes.role(of: &scratch.labeler.labels, intake, series, &scratch.bytes),
            &series,
            &scratch,
            rules,
        )
        if suffix.hasExemplar {
            try self.readExemplar(of: text, taken, bytes, &intake, &series, &scratch)
        }
    }

    private mutating func parse(
        _ bytes: borrowing Span<UInt8>,
        _ intake: borrowing ScrapeIntake,
        _ labels: inout LabelBuilder,
    ) throws(ScrapeFailure) -> OpenMetricsEvent {
        do {
            return try OpenMetricsParser.next(bytes, from: &self.offset, labels: &labels)
        } catch {
            throw intake.failure(error)
        }
    }

    // MARK: Exemplars and start times

    /// Reads the exemplar at the offset, and attaches it where one is allowed.
    private mutating func readExemplar(
        of name: Range<Int>,
        _ taken: ScrapeIntake.Taken,
        _ bytes: borrowing Span<UInt8>,
        _ intake: inout ScrapeIntake,
        _ series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
    ) throws(ScrapeFailure) {
        let exemplar: OpenMetricsExemplar
        do {
            exemplar = try OpenMetricsParser.exemplar(
                bytes,
                at: self.offset,
                labels: &scratch.exemplar,
            )
        } catch {
            throw intake.failure(error)
        }
        self.offset = exemplar.end
        if taken != .stored, taken != .collected { return }
        guard Self.takesExemplar(bytes.extracting(name), intake.kind) else { return }
        let (bits, time) = (exemplar.bits, exemplar.timestamp)
        intake.collectExemplar(bits: bits, time: time, &series, &scratch)
        if taken == .collected { return }
        intake.attachExemplar(
            bits: exemplar.bits,
            time: exemplar.timestamp,
            &series,
            &scratch,
        )
    }

    /// Whether a series, as it is written, may have exemplars.
    ///
    /// Source: OpenMetrics 1.0.0, "Exemplars".
    private static func takesExemplar(
        _ series: borrowing Span<UInt8>,
        _ kind: MetricMetadata.Kind,
    ) -> Bool {
        // The name stands before the brace, or as the first thing in quotes after it.
        let isQuoted = series.count > 1 && series[0] == UInt8(ascii: "{")
        let start = isQuoted ? series.firstOffset(of: UInt8(ascii: "\"")).map { $0 + 1 } ?? 0 : 0
        let end = series.firstOffset(
            of: isQuoted ? UInt8(ascii: "\"") : UInt8(ascii: "{"),
            from: start,
        )
        let name = series.extracting(start..<(end ?? series.count))
        switch kind {
        case .counter: return FamilyMembership.cut("_total", from: name) != nil
        case .histogram, .gaugeHistogram: return FamilyMembership.cut("_bucket", from: name) != nil
        default: return false
        }
    }
}
