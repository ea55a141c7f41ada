import Bytes
import Codecs
import Telemetry

/// What is remembered of one target's expositions from scrape to scrape.
///
/// The n-th line of a body is compared with the n-th line of the last one; when it is the same, all
/// that is parsed is the value. A line that moved is found by its hash, and only a line that was
/// never seen has its labels read. About 70 bytes a series.
struct TargetSeries: ~Copyable {
    var table: SeriesTable
    var lines = LineTable()
    var comments = CommentTable()
    var starts = StartTimes()
    var classics = ClassicLines()
    /// By series: what tells its last exemplar from others.
    var lastExemplars: [UInt32: UInt64] = [:]
    /// What the lines are written in.
    private var format: ScrapeProtocol.Format?
    /// The lines of the last body in order.
    var order: [UInt32] = []
    /// By series: the scrape that saw it last, with `freshBit` when the one before had not.
    var seen: [UInt32] = []
    /// By series: the last time of its own; empty until the target sends one.
    var lastTimes: [Int64] = []
    /// Series that get a stale marker when the next scrape does not have them.
    var trackedCount = 0
    /// The number of this scrape; 0 and 1 are never used.
    var epoch: UInt32 = 2
    /// The last scrape that gave a body.
    private var lastGoodEpoch: UInt32 = 1
    /// Bodies in a row whose lines stood where they stood.
    private var unchangedBodies = 0
    var report: [UInt32] = []
    /// Counts series over a day; nil without `series_limit`.
    var limiter: SeriesLimiter?
    let hash: KeyedHash

    static let freshBit: UInt32 = 1 << 31
    /// Lines that may be dead before the tables are rebuilt, besides as many as are alive.
    static let deadLinesLimit = 1024
    /// Unchanged bodies after which what is for changes is given back.
    private static let unchangedBodiesLimit = 3

    init(source: UInt64, identity: UInt64, hash: KeyedHash) {
        self.table = SeriesTable(source: source, identity: identity, generation: 0, hash: hash)
        self.hash = hash
    }

    /// The memory held for the target, in bytes.
    var footprint: Int {
        self.table.footprint + self.lines.footprint + self.comments.footprint
            + (self.order.capacity + self.seen.capacity) * 4 + self.lastTimes.capacity * 8
            + self.starts.footprint + self.classics.footprint + self.lastExemplars.capacity * 16
            + (self.limiter?.footprint ?? 0)
    }

    /// Whether no body since the last good one, nor that one, had the series.
    func isNew(_ mark: UInt32) -> Bool { mark & ~Self.freshBit < self.lastGoodEpoch }

    /// Whether the scrape before this one saw the series.
    func wasSeenBefore(_ mark: UInt32) -> Bool { mark & ~Self.freshBit == self.epoch - 1 }

    /// Makes ready for a body; what one format's lines stand for says nothing about another's.
    mutating func begin(_ format: ScrapeProtocol.Format) {
        if self.format != format { self.forgetLines() }
        self.classics.forgetCollected()
        self.format = format
    }

    /// The number of the family that a comment names; a quoted name has escapes.
    mutating func family(named name: borrowing Span<UInt8>) -> UInt16 {
        if name.firstOffset(of: UInt8(ascii: "\\")) == nil {
            return self.table.families.number(of: name.text)
        }
        var plain = OutputBuffer(capacity: name.count)
        plain.append(unescapingLabel: name)
        return self.table.families.number(of: plain.text)
    }

    /// Makes every line a new one; series keep their numbers.
    private mutating func forgetLines() {
        self.lines = LineTable()
        self.comments = CommentTable()
        self.classics = ClassicLines()
        self.starts = StartTimes(after: self.starts)
        self.order = []
    }

    /// Gives the samples of a body that was read their start times.
    mutating func finishStarts(_ batch: inout SampleBatch) {
        self.starts.finish(&batch)
        if self.starts.takesAllLines() { self.forgetLines() }
    }

    /// Adds markers for series that the last scrape had and this one has not, and closes the scrape.
    mutating func finish(
        _ batch: inout SampleBatch,
        kept: Int,
        tracked: Int,
        isEmpty: Bool,
    ) {
        if kept != self.trackedCount {
            for series in 0..<self.seen.count where self.wasSeenBefore(self.seen[series]) {
                batch.append(series: UInt32(series), bits: SpecialFloat.staleBits)
            }
        }
        self.trackedCount = tracked
        // As in Prometheus an answer without a single byte forgets no series.
        if !isEmpty { self.lastGoodEpoch = self.epoch }
        self.advance(by: 1)
    }

    /// Adds markers for everything that the last scrape had, and closes a scrape that gave nothing.
    mutating func fail(_ batch: inout SampleBatch) {
        batch.truncate(to: 0)
        self.starts.forgetTimes()
        // What was taken for delivered was not.
        self.lastExemplars = [:]
        if self.trackedCount > 0 {
            for series in 0..<self.seen.count {
                let mark = self.seen[series]
                // Seen in this scrape, and not for the first time: then the last one had it too.
                if mark == self.epoch || self.wasSeenBefore(mark) {
                    batch.append(series: UInt32(series), bits: SpecialFloat.staleBits)
                }
            }
        }
        self.trackedCount = 0
        self.advance(by: 2)
    }

    /// Adds markers for everything, the synthetic series included: the target is gone.
    mutating func expire(_ batch: inout SampleBatch) {
        self.fail(&batch)
        for series in self.report {
            batch.append(series: series, bits: SpecialFloat.staleBits)
        }
    }

    /// Frees memory while the target sends the same lines again and again; says when it did.
    mutating func noteBody(isUnchanged: Bool) -> Bool {
        self.unchangedBodies = isUnchanged ? self.unchangedBodies + 1 : 0
        if self.unchangedBodies != Self.unchangedBodiesLimit { return false }
        self.table.releaseIndex()
        self.lines.releaseIndex()
        return true
    }

    private mutating func advance(by steps: UInt32) {
        self.epoch += steps
        if self.epoch < Self.freshBit - 4 { return }
        // After sixty years of one scrape a second: begin anew, keeping what the last one saw.
        for series in 0..<self.seen.count {
            self.seen[series] = self.wasSeenBefore(self.seen[series]) ? 2 : 0
        }
        self.lastGoodEpoch = 2
        self.epoch = 3
    }
}
