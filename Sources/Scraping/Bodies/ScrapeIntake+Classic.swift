import Bytes
import Codecs
import Telemetry

/// Classic histograms of the text formats that become native ones.
extension ScrapeIntake {
    /// Adds a line that was never seen, whose labels are in `scratch.labeler`, if it is part of a
    /// classic histogram, and returns what it means; nil if it is not.
    mutating func addClassic(
        _ hash: UInt64,
        _ length: Int,
        _ role: Role,
        _ series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
        _ rules: borrowing SeriesRules,
    ) throws(ScrapeFailure) -> LineTable.Meaning? {
        guard self.kind == .histogram, let family = series.table.families[self.family],
            let part = ClassicLines.part(of: scratch.labeler.labels, family)
        else { return nil }
        if let line = series.lines.find(hash, length: length) {
            // What follows the line's text was not what it should be, but can be read.
            let meaning = series.lines.meanings[Int(line)]
            if meaning < LineTable.firstClassic || meaning >= LineTable.firstStart { return nil }
            self.follow(line, series, &scratch)
            return meaning
        }
        scratch.labeler.labels.sort()
        StartTimes.encodeKey(scratch.labeler.labels, self, into: &scratch.bytes)
        let key = self.hash(scratch.bytes.span, from: 0, count: scratch.bytes.count)
        let isKept = rules.histograms.keepsClassic
        let group: UInt32
        var isLeftOut = false
        if let known = series.classics.group(key) {
            group = known
        } else {
            let labels = scratch.labeler.labels.labelSet
            scratch.labeler.labels.set("__name__", family.family)
            scratch.labeler.labels.set("le", "")
            let number = try self.makeSeries(&series, &scratch.labeler, rules)
            isLeftOut = self.isOverLimit
            if case .counts(let start) = role, number != LineTable.dropped {
                series.starts.pair(number, start)
            }
            group = series.classics.addGroup(key, number)
            scratch.labeler.labels.removeAll()
            scratch.labeler.labels.add(labels)
        }
        var own = LineTable.dropped
        if isKept {
            own = try self.makeSeries(&series, &scratch.labeler, rules)
            isLeftOut = isLeftOut || self.isOverLimit
            if case .counts(let start) = role, own != LineTable.dropped {
                series.starts.pair(own, start)
            }
        }
        let line = ClassicLines.Line(part: part, group: group, own: own, isKept: isKept)
        guard let meaning = series.classics.add(line) else { return nil }
        let number = series.lines.add(hash, length: length, meaning: meaning)
        if isLeftOut { series.limiter?.leaveOut(number) }
        self.follow(number, series, &scratch)
        return meaning
    }

    /// Takes the sample of a line that is no series, or not only one.
    mutating func takeSpecial(
        _ meaning: LineTable.Meaning,
        _ bits: UInt64,
        _ time: Int64?,
        _ series: inout TargetSeries,
        _ batch: inout SampleBatch,
        _ rules: borrowing SeriesRules,
    ) -> Taken {
        if meaning == LineTable.dropped { return .passed }
        let line = series.classics[meaning]
        if series.classics.current != line.group {
            self.finishClassic(&series, &batch, rules)
            series.classics.begin(line.group)
        }
        series.classics.collect(line.part, Double(bitPattern: bits), time)
        // It counts as what it becomes, unless it is kept as well.
        self.uncountScraped()
        if !line.isKept { return .collected }
        return self.takeSample(line.own, bits, time, &series, &batch, rules)
    }

    /// Stores the histogram that was collected, if there is one.
    ///
    /// Lines that make no histogram give nothing, as in Prometheus; one that is beyond a limit fails
    /// the scrape when the body is done.
    mutating func finishClassic(
        _ series: inout TargetSeries,
        _ batch: inout SampleBatch,
        _ rules: borrowing SeriesRules,
    ) {
        guard let group = series.classics.current else { return }
        defer { series.classics.forgetCollected() }
        if !series.classics.convert() { return }
        let sum = SpecialFloat.scrapedBits(series.classics.native.sum)
        let number = series.classics.series(of: group)
        let time = series.classics.time
        guard self.takeSample(number, sum, time, &series, &batch, rules) == .stored else { return }
        do throws(ScrapeFailure) {
            try rules.histograms.admit(&series.classics.native)
        } catch {
            self.note(error)
            return
        }
        series.classics.attach(to: &batch)
        for place in series.classics.exemplars.indices {
            let exemplar = series.classics.exemplars[place]
            let mark = self.mark(
                series.classics.exemplarText.span.extracting(exemplar.labels),
                exemplar.bits,
                exemplar.time,
            )
            if series.lastExemplars.updateValue(mark, forKey: number) == mark { continue }
            batch.attachExemplar(
                series.classics.exemplarText.span.extracting(exemplar.labels),
                bits: exemplar.bits,
                time: exemplar.time,
            )
        }
    }
}
