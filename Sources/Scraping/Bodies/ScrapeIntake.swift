import Bytes
import Codecs
import Telemetry

/// What is common to the readers of all expositions: which lines stand where they stood in the last
/// body, which samples are stored, and what is counted.
///
/// A "line" is whatever tells one series of the exposition from another and is the same in the next
/// body, known by the hash and the length of its bytes: in the text formats a series as it is
/// written. A reader asks in this order, so that a line that has not changed costs a hash and a
/// value:
///
/// 1. `expected`: is it the line that stood here in the last body? Then `advance`.
/// 2. `find` in `TargetSeries.lines`: has it been seen at all? Then `follow`.
/// 3. Neither: its labels go into `ScrapeScratch.labeler`, and `add` makes it a line.
///
/// `take(_:length:…)` does the first two at once for readers that have to hash first.
struct ScrapeIntake {
    private let now: Int64
    let hash: KeyedHash
    /// Where the last body's order goes on.
    private var cursor = 0
    /// Whether the body's lines differ from those of the last one.
    private var hasDiverged = false
    /// The type that was named last.
    var kind = MetricMetadata.Kind.unknown
    /// The family that was described last.
    var family: UInt16 = 0
    /// Whether something about the family has changed, so that known series may have become its.
    var isFamilyNews = false
    /// Lines of text before the bytes that are being read, for messages.
    var linesBefore = 0
    private(set) var counts = ScrapeCounts()
    /// Why the scrape fails though all of the body can be read.
    private var failure: ScrapeFailure?
    /// Whether the last series was left out because of `series_limit`.
    private(set) var isOverLimit = false
    /// Series that this scrape and the last one saw.
    private(set) var keptTracked = 0
    /// Series that this scrape saw.
    private(set) var tracked = 0
    /// Whether every line stood where it stood in the last body.
    var isUnchanged: Bool { !self.hasDiverged }

    /// Lines of the last body that are searched for one that moved forward.
    private static let lookahead = 512

    /// What came of a sample.
    enum Taken {
        /// It is the batch's last sample; what belongs to it can be attached.
        case stored
        /// It was counted, and is dropped, a repetition or out of bounds.
        case passed
        /// It is part of a histogram that is stored when all of it has come.
        case collected
        /// Its line was never seen: its labels are wanted.
        case unknown
    }

    init(now: Int64, hash: KeyedHash) {
        self.now = now
        self.hash = hash
    }

    // MARK: Lines

    /// The line that stood here in the last body; nil when that body is at its end.
    @inline(__always)
    func expected(_ series: borrowing TargetSeries) -> UInt32? {
        self.cursor < series.order.count ? series.order[self.cursor] : nil
    }

    /// Notes that the expected line has come.
    @inline(__always)
    mutating func advance(_ line: UInt32, _ scratch: inout ScrapeScratch) {
        self.cursor &+= 1
        if self.hasDiverged { scratch.order.append(line) }
    }

    /// Notes that a line has come that was not the expected one.
    mutating func follow(
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

    /// Takes the sample of a line that was hashed; the time is its own, in milliseconds since 1970.
    mutating func take(
        _ hash: UInt64,
        length: Int,
        bits: UInt64,
        time: Int64?,
        _ series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
        _ rules: borrowing SeriesRules,
    ) -> Taken {
        if let line = self.expected(series), series.lines.hashes[Int(line)] == hash,
            series.lines.lengths[Int(line)] == UInt32(length)
        {
            self.advance(line, &scratch)
            let meaning = series.lines.meanings[Int(line)]
            return self.takeSample(meaning, bits, time, &series, &scratch.batch, rules)
        }
        guard let line = series.lines.find(hash, length: length) else { return .unknown }
        self.follow(line, series, &scratch)
        let meaning = series.lines.meanings[Int(line)]
        return self.takeSample(meaning, bits, time, &series, &scratch.batch, rules)
    }

    /// What a new line has to do with start times.
    enum Role {
        /// Nothing.
        case plain
        /// Its start time is the one with this key.
        case counts(since: UInt64)
        /// It says the start time with this key.
        case starts(UInt64)
    }

    /// Takes the sample of a line that was never seen, whose labels are in `scratch.labeler`.
    mutating func add(
        _ hash: UInt64,
        length: Int,
        bits: UInt64,
        time: Int64?,
        role: Role = .plain,
        _ series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
        _ rules: borrowing SeriesRules,
    ) throws(ScrapeFailure) -> Taken {
        if rules.sampleLimit > 0, self.counts.kept >= rules.sampleLimit {
            // The scrape has failed; all that is left to find out is by how much.
            self.counts.scraped += 1
            self.counts.kept += 1
            return .passed
        }
        if rules.histograms.convertsClassic,
            let part = try self.addClassic(hash, length, role, &series, &scratch, rules)
        {
            return self.takeSample(part, bits, time, &series, &scratch.batch, rules)
        }
        let meaning: LineTable.Meaning
        do {
            meaning = try self.makeSeries(&series, &scratch.labeler, rules)
        } catch {
            self.counts.scraped += 1
            throw error
        }
        let line =
            series.lines.find(hash, length: length)
            ?? series.lines.add(
                hash,
                length: length,
                meaning: Self.lineMeaning(of: meaning, role, bits, &series.starts),
            )
        if self.isOverLimit { series.limiter?.leaveOut(line) }
        self.follow(line, series, &scratch)
        return self.takeSample(meaning, bits, time, &series, &scratch.batch, rules)
    }

    /// What a line of a series is to mean, by what it has to do with start times.
    private static func lineMeaning(
        of meaning: LineTable.Meaning,
        _ role: Role,
        _ bits: UInt64,
        _ starts: inout StartTimes,
    ) -> LineTable.Meaning {
        switch role {
        case .plain: return meaning
        case .counts(let key):
            if meaning != LineTable.dropped { starts.pair(meaning, key) }
            return meaning
        case .starts(let key):
            guard let line = starts.add(meaning, key) else { return meaning }
            starts.set(starts[line].slot, toSeconds: Double(bitPattern: bits))
            return line
        }
    }

    mutating func makeSeries(
        _ series: inout TargetSeries,
        _ labeler: inout SeriesLabeler,
        _ rules: borrowing SeriesRules,
    ) throws(ScrapeFailure) -> LineTable.Meaning {
        self.isOverLimit = false
        guard try labeler.label(rules, kind: self.kind) else { return LineTable.dropped }
        if series.limiter != nil {
            let hash = series.hash(of: labeler.labels)
            self.isOverLimit = series.limiter?.admits(hash) == false
            if self.isOverLimit { return LineTable.dropped }
        }
        let family = self.family(of: labeler.labels, series)
        guard let (number, isNew) = series.table.insert(labeler.labels, family: family) else {
            throw ScrapeFailure(
                .memory,
                "expected at most \(LabelTable.maximumBytes) bytes of labels, found more",
            )
        }
        if isNew {
            while series.seen.count < series.table.count { series.seen.appendCompactly(0) }
        }
        return number
    }

    // MARK: Samples

    /// Stores the sample of a line that stands for a series, unless there is a reason not to.
    @inline(__always)
    mutating func takeSample(
        _ meaning: LineTable.Meaning,
        _ bits: UInt64,
        _ ownTime: Int64?,
        _ series: inout TargetSeries,
        _ batch: inout SampleBatch,
        _ rules: borrowing SeriesRules,
    ) -> Taken {
        self.counts.scraped &+= 1
        if meaning >= LineTable.firstClassic {
            return self.takeSpecial(meaning, bits, ownTime, &series, &batch, rules)
        }
        self.counts.kept &+= 1
        if rules.sampleLimit > 0, self.counts.kept > rules.sampleLimit { return .passed }
        if self.isFamilyNews { self.assignFamily(to: meaning, &series) }
        let time = rules.honorTimestamps ? ownTime : nil
        if time == nil || rules.trackTimestampsStaleness {
            let mark = series.seen[Int(meaning)]
            if mark & ~TargetSeries.freshBit != series.epoch {
                let isKept = series.wasSeenBefore(mark)
                self.tracked &+= 1
                self.keptTracked &+= isKept ? 1 : 0
                if !isKept, series.isNew(mark) { self.counts.added &+= 1 }
                series.seen[Int(meaning)] =
                    isKept ? series.epoch : series.epoch | TargetSeries.freshBit
            } else if time == nil {
                self.counts.duplicates &+= 1
                return .passed
            }
        }
        guard let time else {
            batch.append(series: meaning, bits: bits)
            return .stored
        }
        if !self.admits(time, of: meaning, &series, rules) { return .passed }
        batch.append(series: meaning, bits: bits, time: time)
        return .stored
    }

    /// Whether a sample with a time of its own is news; a repeated one is not, and is no fault.
    private mutating func admits(
        _ time: Int64,
        of number: UInt32,
        _ series: inout TargetSeries,
        _ rules: borrowing SeriesRules,
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
        if last == .min, !rules.trackTimestampsStaleness { self.counts.added += 1 }
        if time < last { self.counts.outOfOrder += 1 }
        if time <= last { return false }
        series.lastTimes[Int(number)] = time
        return true
    }

    /// Takes back that a sample was counted.
    mutating func uncountScraped() { self.counts.scraped -= 1 }

    /// Notes why the scrape fails, which is said when the body is done.
    mutating func note(_ failure: ScrapeFailure) { self.failure = self.failure ?? failure }

    /// Counts an exemplar that breaks the rules.
    mutating func countRefusedExemplar() { self.counts.refusedExemplars += 1 }

    /// Checks what can be checked only at the end of a body, and keeps the order of its lines.
    mutating func finish(
        _ series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
        _ rules: borrowing SeriesRules,
    ) throws(ScrapeFailure) {
        self.finishClassic(&series, &scratch.batch, rules)
        if rules.sampleLimit > 0, self.counts.kept > rules.sampleLimit {
            throw ScrapeFailure(
                .sampleLimit,
                "expected at most \(rules.sampleLimit) samples (sample_limit), found "
                    + "\(self.counts.kept)",
            )
        }
        if let failure = self.failure { throw failure }
        if !self.hasDiverged, self.cursor < series.order.count {
            self.diverge(series, &scratch)
        }
        if self.hasDiverged { series.order = Array(scratch.order[...]) }
        self.counts.limited = series.limiter?.leftOut(of: series.order) ?? 0
    }
}
