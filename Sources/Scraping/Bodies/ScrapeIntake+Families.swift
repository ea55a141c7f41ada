import Bytes
import Codecs
import Telemetry

extension ScrapeIntake {
    /// Takes a comment that was read before; false if it has to be read again, because another one
    /// has said something else about its family since.
    mutating func takeComment(_ line: UInt32, _ series: borrowing TargetSeries) -> Bool {
        let entry = series.comments[series.lines.meanings[Int(line)]]
        if entry.subject == .nothing { return true }
        if !series.comments.isInForce(entry, line: line) { return false }
        if entry.subject == .type { self.kind = entry.kind }
        if entry.family != self.family {
            self.family = entry.family
            self.isFamilyNews = false
        }
        return true
    }

    /// Takes a comment that was never read, or that says something else than the last one did.
    mutating func describe(
        _ hash: UInt64,
        length: Int,
        _ entry: CommentTable.Entry,
        _ series: inout TargetSeries,
        _ scratch: inout ScrapeScratch,
    ) {
        if entry.subject == .type { self.kind = entry.kind }
        if entry.subject != .nothing {
            self.family = entry.family
            self.isFamilyNews = true
        }
        let line: UInt32
        if let known = series.lines.find(hash, length: length) {
            line = known
        } else {
            guard let meaning = series.comments.add(entry) else { return }
            line = series.lines.add(hash, length: length, meaning: meaning)
        }
        series.comments.setInForce(entry, line: line)
        self.follow(line, series, &scratch)
    }

    /// The number of the family that a series with these labels belongs to.
    func family(
        of labels: borrowing LabelBuilder,
        _ series: borrowing TargetSeries,
    ) -> UInt16 {
        guard let family = series.table.families[self.family],
            let name = labels.index(of: "__name__")
        else { return 0 }
        let text = labels.text.span.extracting(labels.entries[name].value)
        return FamilyMembership.holds(text, of: family) ? self.family : 0
    }

    /// Gives a known series the family that has been described anew if it is one of its, and takes
    /// it away if it is not any more.
    func assignFamily(to number: UInt32, _ series: inout TargetSeries) {
        guard let family = series.table.families[self.family] else { return }
        let isOne = series.table.withName(of: number) { FamilyMembership.holds($0, of: family) }
        if isOne {
            series.table.setFamily(self.family, of: number)
        } else if series.table.family(of: number) == self.family {
            series.table.setFamily(0, of: number)
        }
    }

    /// What a parser found wrong, with the line counted from the body's beginning.
    func failure(_ error: ExpositionError) -> ScrapeFailure {
        ScrapeFailure(.parse, error.moved(down: self.linesBefore).description)
    }
}
