import Bytes
import Codecs
import Telemetry

/// Memory that the scrapes of all targets share, one after the other.
struct ScrapeScratch: ~Copyable {
    var batch = SampleBatch()
    var labeler = SeriesLabeler()
    /// The lines of the body being read, once they differ from those of the last one.
    var order: [UInt32] = []
}

/// Reads one body into a batch, line by line.
struct BodyReader {
    private let now: Int64
    private let hash: KeyedHash
    private var offset = 0
    /// Where the last body's order goes on.
    private var cursor = 0
    /// Whether the body's lines differ from those of the last one.
    private var hasDiverged = false
    private var kind = MetricMetadata.Kind.unknown
    /// The family that was described last.
    private var family: UInt16 = 0
    private(set) var counts = ScrapeCounts()
    /// Series that this scrape and the last one saw.
    private(set) var keptTracked = 0
    /// Series that this scrape saw.
    private(set) var tracked = 0
    /// Whether every line stood where it stood in the last body.
    var isUnchanged: Bool { !self.hasDiverged }

    /// Lines of the last body that are searched for one that moved forward.
    private static let lookahead = 512

    init(now: Int64, hash: KeyedHash) {
        self.now = now
        self.hash = hash
    }

    /// Reads a whole body; after an error the caller calls `TargetSeries.fail`.
    mutating func read(
        _ bytes: borrowing Span<UInt8>,
        into series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
        rules: borrowing SeriesRules,
    ) throws(ScrapeFailure) {
        scratch.order.removeAll(keepingCapacity: true)
        while true {
            if self.readKnownLine(bytes, &series, &scratch, rules) { continue }
            let start = self.offset
            while self.offset < bytes.count, isBlankOrLineEnd(bytes[self.offset]) {
                self.offset += 1
            }
            if self.offset > start { continue }
            if self.offset >= bytes.count || bytes[self.offset] == 0 { break }
            if bytes[self.offset] == UInt8(ascii: "#") {
                try self.readComment(bytes, &series, &scratch)
            } else {
                try self.readSample(bytes, &series, &scratch, rules)
            }
        }
        if rules.sampleLimit > 0, self.counts.kept > rules.sampleLimit {
            throw ScrapeFailure(
                .sampleLimit,
                "expected at most \(rules.sampleLimit) samples (sample_limit), found "
                    + "\(self.counts.kept)",
            )
        }
        if !self.hasDiverged, self.cursor < series.order.count {
            self.diverge(series, &scratch)
        }
        if self.hasDiverged { series.order = Array(scratch.order[...]) }
    }

    // MARK: Lines that stand where they stood

    /// Reads the line at the offset if it is the one that stood there in the last body.
    @inline(__always)
    private mutating func readKnownLine(
        _ bytes: borrowing Span<UInt8>,
        _ series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
        _ rules: borrowing SeriesRules,
    ) -> Bool {
        guard self.cursor < series.order.count else { return false }
        let line = series.order[self.cursor]
        let length = Int(series.lines.lengths[Int(line)])
        let end = self.offset &+ length
        guard end < bytes.count,
            self.hash(bytes, from: self.offset, count: length) == series.lines.hashes[Int(line)]
        else { return false }
        guard self.take(line, end, bytes, &series, &scratch, rules) else { return false }
        self.cursor &+= 1
        if self.hasDiverged { scratch.order.append(line) }
        return true
    }

    /// Takes what follows the text of a known line; false if that is not what should follow.
    private mutating func take(
        _ line: UInt32,
        _ end: Int,
        _ bytes: borrowing Span<UInt8>,
        _ series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
        _ rules: borrowing SeriesRules,
    ) -> Bool {
        let meaning = series.lines.meanings[Int(line)]
        if meaning >= LineTable.type, meaning != LineTable.dropped {
            guard bytes[end] == UInt8(ascii: "\n") else { return false }
            self.takeComment(meaning)
            self.offset = end &+ 1
            return true
        }
        guard bytes[end] == UInt8(ascii: " ") || bytes[end] == UInt8(ascii: "\t"),
            let suffix = ExpositionParser.suffix(bytes, at: end)
        else { return false }
        self.offset = suffix.end
        self.takeSample(meaning, suffix, &series, &scratch.batch, rules)
        return true
    }

    private mutating func takeComment(_ meaning: LineTable.Meaning) {
        guard meaning != LineTable.comment else { return }
        let number = UInt8(truncatingIfNeeded: meaning)
        self.kind = MetricMetadata.Kind(rawValue: number) ?? .unknown
    }

    private mutating func takeSample(
        _ meaning: LineTable.Meaning,
        _ suffix: ExpositionSuffix,
        _ series: inout TargetSeries,
        _ batch: inout SampleBatch,
        _ rules: borrowing SeriesRules,
    ) {
        self.counts.scraped &+= 1
        if meaning == LineTable.dropped { return }
        self.counts.kept &+= 1
        if rules.sampleLimit > 0, self.counts.kept > rules.sampleLimit { return }
        let time = rules.honorTimestamps ? suffix.timestamp : nil
        if time == nil || rules.trackTimestampsStaleness {
            let mark = series.seen[Int(meaning)]
            if mark & ~TargetSeries.freshBit != series.epoch {
                let isKept = series.wasSeenBefore(mark)
                self.tracked &+= 1
                self.keptTracked &+= isKept ? 1 : 0
                series.seen[Int(meaning)] =
                    isKept ? series.epoch : series.epoch | TargetSeries.freshBit
            } else if time == nil {
                self.counts.duplicates &+= 1
                return
            }
        }
        guard let time else {
            batch.append(series: meaning, bits: suffix.bits)
            return
        }
        if self.admits(time, of: meaning, &series) {
            batch.append(series: meaning, bits: suffix.bits, time: time)
        }
    }

    /// Whether a sample with a time of its own is news; a repeated one is not, and is no fault.
    private mutating func admits(
        _ time: Int64,
        of number: UInt32,
        _ series: inout TargetSeries,
    ) -> Bool {
        if time > self.now, time - self.now > SeriesRules.futureLimit {
            self.counts.outOfBounds += 1
            return false
        }
        if series.lastTimes.count < series.table.count {
            let missing = series.table.count - series.lastTimes.count
            series.lastTimes.append(contentsOf: repeatElement(Int64.min, count: missing))
        }
        let last = series.lastTimes[Int(number)]
        if time < last { self.counts.outOfOrder += 1 }
        if time <= last { return false }
        series.lastTimes[Int(number)] = time
        return true
    }

    // MARK: Lines that moved, and new ones

    private mutating func readComment(
        _ bytes: borrowing Span<UInt8>,
        _ series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
    ) throws(ScrapeFailure) {
        let start = self.offset
        let end = bytes.firstOffset(of: UInt8(ascii: "\n"), from: start) ?? bytes.count
        let hash = self.hash(bytes, from: start, count: end - start)
        if let line = series.lines.find(hash, length: end - start) {
            self.takeComment(series.lines.meanings[Int(line)])
            self.offset = min(end + 1, bytes.count)
            self.follow(line, series, &scratch)
            return
        }
        var meaning = LineTable.comment
        switch try self.parse(bytes, &scratch.labeler.labels) {
        case .type(let family, let kind):
            self.kind = kind
            meaning = LineTable.type | UInt32(kind.rawValue)
            self.family = series.table.families.number(of: bytes.extracting(family).text)
            series.table.families.describe(self.family) { $0.kind = kind }
        case .help(let family, let text):
            var help = OutputBuffer(capacity: text.count)
            help.append(unescapingHelp: bytes.extracting(text))
            self.family = series.table.families.number(of: bytes.extracting(family).text)
            series.table.families.describe(self.family) { $0.help = help.text }
        default:
            break
        }
        let line = series.lines.add(hash, length: end - start, meaning: meaning)
        self.follow(line, series, &scratch)
    }

    private mutating func readSample(
        _ bytes: borrowing Span<UInt8>,
        _ series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
        _ rules: borrowing SeriesRules,
    ) throws(ScrapeFailure) {
        let start = self.offset
        if let end = ExpositionParser.seriesEnd(bytes, at: start), end < bytes.count {
            let hash = self.hash(bytes, from: start, count: end - start)
            if let line = series.lines.find(hash, length: end - start),
                self.take(line, end, bytes, &series, &scratch, rules)
            {
                self.follow(line, series, &scratch)
                return
            }
        }
        guard case .sample(let text, let suffix) = try self.parse(bytes, &scratch.labeler.labels)
        else { return }
        if rules.sampleLimit > 0, self.counts.kept >= rules.sampleLimit {
            // The scrape has failed; all that is left to find out is by how much.
            self.counts.scraped += 1
            self.counts.kept += 1
            return
        }
        let meaning = try self.makeSeries(&series, &scratch.labeler, rules)
        let hash = self.hash(bytes, from: text.lowerBound, count: text.count)
        let line =
            series.lines.find(hash, length: text.count)
            ?? series.lines.add(hash, length: text.count, meaning: meaning)
        self.takeSample(meaning, suffix, &series, &scratch.batch, rules)
        self.follow(line, series, &scratch)
    }

    private mutating func makeSeries(
        _ series: inout TargetSeries,
        _ labeler: inout SeriesLabeler,
        _ rules: borrowing SeriesRules,
    ) throws(ScrapeFailure) -> LineTable.Meaning {
        guard try labeler.label(rules, kind: self.kind) else { return LineTable.dropped }
        guard let (number, isNew) = series.table.insert(labeler.labels, family: self.family)
        else {
            throw ScrapeFailure(
                .memory,
                "expected at most \(LabelTable.maximumBytes) bytes of labels, found more",
            )
        }
        if isNew {
            self.counts.added += 1
            while series.seen.count < series.table.count { series.seen.appendCompactly(0) }
        }
        return number
    }

    private mutating func parse(
        _ bytes: borrowing Span<UInt8>,
        _ labels: inout LabelBuilder,
    ) throws(ScrapeFailure) -> ExpositionEvent {
        do {
            return try ExpositionParser().next(bytes, from: &self.offset, labels: &labels)
        } catch {
            throw ScrapeFailure(.parse, error.description)
        }
    }

    /// Notes that a line comes next that did not stand there in the last body.
    private mutating func follow(
        _ line: UInt32,
        _ series: borrowing TargetSeries,
        _ scratch: inout ScrapeScratch,
    ) {
        if !self.hasDiverged { self.diverge(series, &scratch) }
        scratch.order.append(line)
        let limit = min(series.order.count, self.cursor + Self.lookahead)
        var place = self.cursor
        while place < limit, series.order[place] != line { place += 1 }
        // Lines in between are gone; if it is not there, it is new, and the cursor waits.
        if place < limit { self.cursor = place + 1 }
    }

    private mutating func diverge(
        _ series: borrowing TargetSeries,
        _ scratch: inout ScrapeScratch,
    ) {
        self.hasDiverged = true
        scratch.order.append(contentsOf: series.order[..<self.cursor])
    }
}

private func isBlankOrLineEnd(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\n")
}
