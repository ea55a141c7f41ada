import Bytes
import Telemetry

/// How many different series one target may have in a day (`series_limit`).
///
/// Counts exactly: every series that was let in is known by 64 bits under a secret key, in a table
/// with open addressing. The table grows with what is in it and never holds more than the limit,
/// 11 to 22 bytes a series; a target beyond its limit costs 40 bytes more for each line left out,
/// until the next day or until the lines are gone. Series that are let in stay in, and after a day
/// all that are alive count first. vmagent, whose key this is, counts with a Bloom filter, which
/// takes some new series for known ones.
struct SeriesLimiter {
    /// How long series are counted together, in milliseconds.
    static let window: Int64 = 24 * 3600 * 1000

    private let limit: Int
    /// When the window began, in milliseconds since 1970; nil before the first scrape.
    private var start: Int64?
    /// Hashes of series; 0 where nothing is.
    private var slots: [UInt64] = []
    /// Series let in since the window began.
    private(set) var count = 0
    /// Lines whose series was not let in.
    private var leftOut: Set<UInt32> = []

    init(limit: Int) { self.limit = limit }

    /// The memory held, in bytes.
    var footprint: Int { self.slots.capacity * 8 + self.leftOut.capacity * 20 }

    /// Begins a new window if the last one is over; says whether it did.
    mutating func begin(at now: Int64) -> Bool {
        guard let start = self.start else {
            self.start = now
            return false
        }
        // A clock that was set back begins a window too, or the old one would be endless.
        if now >= start, now - start < Self.window { return false }
        self.start = now
        self.slots = []
        self.count = 0
        return true
    }

    /// Whether a series may be stored; counts it if it is new.
    mutating func admits(_ hash: UInt64) -> Bool {
        let hash = max(hash, 1)
        if !self.slots.isEmpty, self.slots[self.slot(of: hash)] == hash { return true }
        if self.count >= self.limit { return false }
        if (self.count + 1) * 4 > self.slots.count * 3 { self.grow() }
        self.slots[self.slot(of: hash)] = hash
        self.count += 1
        return true
    }

    /// Notes that a line's series was not let in.
    mutating func leaveOut(_ line: UInt32) { self.leftOut.insert(line) }

    /// Whether a line's series was not let in.
    func isLeftOut(_ line: UInt32) -> Bool { self.leftOut.contains(line) }

    /// How many of a body's lines were left out.
    func leftOut(of order: [UInt32]) -> Int {
        self.leftOut.isEmpty ? 0 : order.count { self.leftOut.contains($0) }
    }

    /// Forgets lines: they have new numbers, and are asked about again.
    mutating func forgetLines() { self.leftOut = [] }

    private func slot(of hash: UInt64) -> Int {
        var slot = Int(truncatingIfNeeded: hash) & (self.slots.count - 1)
        while self.slots[slot] != 0, self.slots[slot] != hash {
            slot = (slot + 1) & (self.slots.count - 1)
        }
        return slot
    }

    private mutating func grow() {
        let old = self.slots
        self.slots = Array(repeating: 0, count: max(old.count * 2, 64))
        for hash in old where hash != 0 { self.slots[self.slot(of: hash)] = hash }
    }
}

extension TargetSeries {
    /// Begins a new day of `series_limit` when the last one is over.
    ///
    /// What the last scrape had is let in first; lines that were left out are read anew.
    mutating func beginWindow(at now: Int64) {
        guard self.limiter?.begin(at: now) == true else { return }
        for series in 0..<self.seen.count where self.wasSeenBefore(self.seen[series]) {
            let hash = self.hash(of: UInt32(series))
            _ = self.limiter?.admits(hash)
        }
        self.compact()
    }

    /// What a series is known by to the limiter.
    private func hash(of series: UInt32) -> UInt64 {
        let text = self.table.labels.encoded.span
        let range = self.table.pairRange(of: series)
        var place = range.lowerBound
        var state: UInt64 = 0
        while place < range.upperBound {
            let parts = self.table.labels.parts(of: self.table.nextPair(&place))
            for part in [parts.name, parts.value] {
                state = Self.join(
                    state,
                    self.hash(text, from: part.lowerBound, count: part.count),
                )
            }
        }
        return state
    }

    /// What a series with these sorted labels is known by to the limiter.
    func hash(of labels: borrowing LabelBuilder) -> UInt64 {
        let text = labels.text.span
        var state: UInt64 = 0
        for entry in labels.entries {
            for part in [entry.name, entry.value] {
                state = Self.join(
                    state,
                    self.hash(text, from: part.lowerBound, count: part.count),
                )
            }
        }
        return state
    }

    private static func join(_ state: UInt64, _ hash: UInt64) -> UInt64 {
        (state << 27 | state >> 37) &* 0x9e37_79b9_7f4a_7c15 ^ hash
    }
}
