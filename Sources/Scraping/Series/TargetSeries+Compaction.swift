import Telemetry

extension TargetSeries {
    /// Builds the tables anew when most of what they hold is dead; series get new numbers then.
    ///
    /// What is alive is what the last good body had, and the synthetic series.
    mutating func compactIfWorthwhile() {
        if self.lines.count <= self.order.count * 2 + Self.deadLinesLimit { return }
        self.compact()
    }

    /// Builds the tables anew.
    mutating func compact() {
        var compaction = Compaction(of: self)
        for place in 0..<self.report.count {
            self.report[place] = compaction.move(self.report[place], from: self)
        }
        for place in 0..<self.order.count {
            if self.starts.isOn {
                // Which samples a start time is for is found out again when lines are new.
                compaction.moveSeries(of: self.order[place], from: self)
                continue
            }
            guard let line = compaction.moveLine(self.order[place], from: self) else { continue }
            compaction.order.append(line)
        }
        compaction.finish(&self)
    }

    /// The new tables while they are filled.
    private struct Compaction: ~Copyable {
        var table: SeriesTable
        var lines = LineTable()
        var order: [UInt32] = []
        private var seen: [UInt32] = []
        private var times: [Int64] = []
        /// By old series, the new one.
        private var numbers: [UInt32]

        init(of series: borrowing TargetSeries) {
            self.table = SeriesTable(
                source: series.table.source,
                identity: series.table.identity,
                generation: series.table.generation &+ 1,
                hash: series.hash,
            )
            self.table.families = series.table.families
            self.numbers = Array(repeating: .max, count: series.table.count)
            self.order.reserveCapacity(series.order.count)
        }

        mutating func move(_ number: UInt32, from series: borrowing TargetSeries) -> UInt32 {
            let known = self.numbers[Int(number)]
            if known != .max { return known }
            // All of it fitted into the old table, so it fits into the new one.
            let family = series.table.family(of: number)
            guard let (moved, isNew) = self.table.insert(number, of: series.table, family: family)
            else { return LineTable.dropped }
            self.numbers[Int(number)] = moved
            if isNew {
                self.seen.appendCompactly(series.seen[Int(number)])
                if !series.lastTimes.isEmpty {
                    let isKnown = Int(number) < series.lastTimes.count
                    self.times.appendCompactly(isKnown ? series.lastTimes[Int(number)] : .min)
                }
            }
            return moved
        }

        /// Moves the series that a line stands for, but not the line.
        mutating func moveSeries(of line: UInt32, from series: borrowing TargetSeries) {
            var meaning = series.lines.meanings[Int(line)]
            if meaning >= LineTable.firstStart, meaning < LineTable.firstComment {
                meaning = series.starts[meaning].meaning
            }
            if meaning >= LineTable.firstClassic, meaning < LineTable.firstStart {
                let line = series.classics[meaning]
                let native = series.classics.series(of: line.group)
                if native != LineTable.dropped { _ = self.move(native, from: series) }
                meaning = line.own
            }
            if meaning < LineTable.firstClassic { _ = self.move(meaning, from: series) }
        }

        /// Moves a line; nil for comments, which are read again so that metadata is complete, and for
        /// lines of histograms that are converted, of which the series alone are moved.
        mutating func moveLine(_ line: UInt32, from series: borrowing TargetSeries) -> UInt32? {
            let meaning = series.lines.meanings[Int(line)]
            let isDropped = meaning == LineTable.dropped
            // Whether a series is let in may be another matter the next time.
            if isDropped, series.limiter?.isLeftOut(line) ?? false { return nil }
            if meaning >= LineTable.firstComment, !isDropped { return nil }
            if meaning >= LineTable.firstClassic, meaning < LineTable.firstStart {
                self.moveSeries(of: line, from: series)
                return nil
            }
            let hash = series.lines.hashes[Int(line)]
            let length = Int(series.lines.lengths[Int(line)])
            if let known = self.lines.find(hash, length: length) { return known }
            let moved = isDropped ? meaning : self.move(meaning, from: series)
            return self.lines.add(hash, length: length, meaning: moved)
        }

        consuming func finish(_ series: inout TargetSeries) {
            series.table = self.table
            series.lines = self.lines
            series.comments = CommentTable()
            series.classics = ClassicLines()
            series.starts = StartTimes(after: series.starts)
            series.lastExemplars = [:]
            series.order = self.order
            series.seen = self.seen
            series.lastTimes = self.times
            series.limiter?.forgetLines()
        }
    }
}
