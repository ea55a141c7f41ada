import Bytes
import Codecs
import Telemetry

/// Reads bodies in the text format, versions 0.0.4 and 1.0.0.
struct TextBodyReader {
    private var offset = 0
    /// Whether a zero byte has ended the body before its end.
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
        if self.hasEnded { return bytes.count }
        // Nothing is read of a line whose end is still to come.
        let end = isLast ? bytes.count : (bytes.lastOffset(of: UInt8(ascii: "\n")) ?? -1) + 1
        let text = bytes.extracting(first: end)
        self.offset = 0
        while true {
            if self.readKnownLine(text, &intake, &series, &scratch, rules) { continue }
            let start = self.offset
            while self.offset < text.count, isBlankOrLineEnd(text[self.offset]) {
                self.offset += 1
            }
            if self.offset > start { continue }
            if self.offset >= text.count { return self.offset }
            if text[self.offset] == 0 {
                self.hasEnded = true
                return bytes.count
            }
            let parser = ExpositionParser(isComplete: isLast)
            let isRead =
                text[self.offset] == UInt8(ascii: "#")
                ? try self.readComment(text, parser, &intake, &series, &scratch)
                : try self.readSample(text, parser, &intake, &series, &scratch, rules)
            if !isRead { return start }
        }
    }

    /// Reads the line at the offset if it is the one that stood there in the last body.
    @inline(__always)
    private mutating func readKnownLine(
        _ bytes: borrowing Span<UInt8>,
        _ intake: inout ScrapeIntake,
        _ series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
        _ rules: borrowing SeriesRules,
    ) -> Bool {
        guard let line = intake.expected(series) else { return false }
        let length = Int(series.lines.lengths[Int(line)])
        let end = self.offset &+ length
        guard end < bytes.count,
            intake.hash(bytes, from: self.offset, count: length) == series.lines.hashes[Int(line)],
            self.take(line, end, bytes, &intake, &series, &scratch, rules)
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
    ) -> Bool {
        let meaning = series.lines.meanings[Int(line)]
        if meaning >= LineTable.firstComment, meaning != LineTable.dropped {
            guard bytes[end] == UInt8(ascii: "\n"), intake.takeComment(line, series) else {
                return false
            }
            self.offset = end &+ 1
            return true
        }
        guard bytes[end] == UInt8(ascii: " ") || bytes[end] == UInt8(ascii: "\t"),
            let suffix = ExpositionParser.suffix(bytes, at: end)
        else { return false }
        self.offset = suffix.end
        _ = intake.takeSample(
            meaning,
            suffix.bits,
            suffix.timestamp,
            &series,
            &scratch.batch,
            rules,
        )
        return true
    }

    // MARK: Lines that moved, and new ones

    private mutating func readComment(
        _ bytes: borrowing Span<UInt8>,
        _ parser: ExpositionParser,
        _ intake: inout ScrapeIntake,
        _ series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
    ) throws(ScrapeFailure) -> Bool {
        let start = self.offset
        let end = bytes.firstOffset(of: UInt8(ascii: "\n"), from: start) ?? bytes.count
        let hash = intake.hash(bytes, from: start, count: end - start)
        if let line = series.lines.find(hash, length: end - start),
            intake.takeComment(line, series)
        {
            self.offset = min(end + 1, bytes.count)
            intake.follow(line, series, &scratch)
            return true
        }
        var entry = CommentTable.Entry(subject: .nothing)
        switch try self.parse(bytes, parser, intake, &scratch.labeler.labels) {
        case .type(let name, let kind):
            let family = series.family(named: bytes.extracting(name))
            series.table.families.describe(family) { $0.kind = kind }
            entry = CommentTable.Entry(subject: .type, kind: kind, family: family)
        case .help(let name, let text):
            var help = OutputBuffer(capacity: text.count)
            help.append(unescapingHelp: bytes.extracting(text))
            let family = series.family(named: bytes.extracting(name))
            series.table.families.describe(family) { $0.help = help.text }
            entry = CommentTable.Entry(subject: .help, family: family)
        case .incomplete:
            return false
        default:
            break
        }
        intake.describe(hash, length: end - start, entry, &series, &scratch)
        return true
    }

    private mutating func readSample(
        _ bytes: borrowing Span<UInt8>,
        _ parser: ExpositionParser,
        _ intake: inout ScrapeIntake,
        _ series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
        _ rules: borrowing SeriesRules,
    ) throws(ScrapeFailure) -> Bool {
        let start = self.offset
        if let end = ExpositionParser.seriesEnd(bytes, at: start), end < bytes.count {
            let hash = intake.hash(bytes, from: start, count: end - start)
            if let line = series.lines.find(hash, length: end - start),
                self.take(line, end, bytes, &intake, &series, &scratch, rules)
            {
                intake.follow(line, series, &scratch)
                return true
            }
        }
        switch try self.parse(bytes, parser, intake, &scratch.labeler.labels) {
        case .sample(let text, let suffix):
            _ = try intake.add(
                intake.hash(bytes, from: text.lowerBound, count: text.count),
                length: text.count,
                bits: suffix.bits,
                time: suffix.timestamp,
                &series,
                &scratch,
                rules,
            )
            return true
        case .incomplete: return false
        default: return true
        }
    }

    private mutating func parse(
        _ bytes: borrowing Span<UInt8>,
        _ parser: ExpositionParser,
        _ intake: borrowing ScrapeIntake,
        _ labels: inout LabelBuilder,
    ) throws(ScrapeFailure) -> ExpositionEvent {
        do {
            return try parser.next(bytes, from: &self.offset, labels: &labels)
        } catch {
            throw intake.failure(error)
        }
    }
}

private func isBlankOrLineEnd(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\n")
}
