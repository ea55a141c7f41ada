import Bytes
import Telemetry

/// Since when the samples of one target count, as the `_created` lines of OpenMetrics say.
///
/// A sample and a `_created` line belong together when they are of one family and their labels are
/// the same but for `le` and `quantile`. What they share is known by a hash, the key, and has a slot
/// here; which slot a series looks into, and which one a line fills, is found out once when the line
/// is new. Targets without such lines pay nothing after their first body.
struct StartTimes: ~Copyable {
    /// Whether pairs are kept.
    private enum State {
        /// Until the end of the first body: there may be `_created` lines.
        case unknown
        /// There were none.
        case off
        /// There are some.
        case on
    }

    /// What a `_created` line stands for besides its time.
    struct Line {
        /// Its own series, or `LineTable.dropped`.
        let meaning: LineTable.Meaning
        let slot: UInt32
    }

    private var state = State.unknown
    /// By series: the slot + 1, or 0 for none.
    private var slots: [UInt32] = []
    private var lines: [Line] = []
    private var slotOfKey: [UInt64: UInt32] = [:]
    /// By slot: what this body says, in milliseconds since 1970; 0 for nothing.
    private var times: [Int64] = []
    /// Whether a line came after pairs had been given up.
    private var wantsAllLines = false

    init() {}

    /// Knows no pairs, and goes on collecting them if the other one did.
    init(after other: borrowing StartTimes) {
        self.state = other.state
    }

    /// Whether there are pairs, so that series can't be renumbered without reading lines again.
    var isOn: Bool { self.state == .on }

    /// Whether new series are to be paired.
    var isCollecting: Bool { self.state != .off }

    /// The memory the pairs take, in bytes.
    var footprint: Int {
        self.slots.capacity * 4 + self.lines.capacity * MemoryLayout<Line>.stride
            + self.times.capacity * 8 + self.slotOfKey.capacity * 16
    }

    /// What a `_created` line stands for, by its meaning in the `LineTable`.
    subscript(meaning: LineTable.Meaning) -> Line {
        self.lines[Int(meaning &- LineTable.firstStart)]
    }

    /// Notes under which key a series' start time will be found.
    mutating func pair(_ series: UInt32, _ key: UInt64) {
        let missing = Int(series) + 1 - self.slots.count
        if missing > 0 {
            self.slots.reserveCapacity(Int(series) + 1 + Int(series) / 8)
            self.slots.append(contentsOf: repeatElement(0, count: missing))
        }
        self.slots[Int(series)] = self.slot(key) + 1
    }

    /// Adds a `_created` line and returns what it is to mean; nil when there are too many.
    mutating func add(_ meaning: LineTable.Meaning, _ key: UInt64) -> LineTable.Meaning? {
        if self.lines.count >= LineTable.startLimit { return nil }
        if self.state == .off { self.wantsAllLines = true }
        self.state = .on
        self.lines.appendCompactly(Line(meaning: meaning, slot: self.slot(key)))
        return LineTable.firstStart + UInt32(self.lines.count - 1)
    }

    private mutating func slot(_ key: UInt64) -> UInt32 {
        if let known = self.slotOfKey[key] { return known }
        let slot = UInt32(self.times.count)
        self.slotOfKey[key] = slot
        self.times.appendCompactly(0)
        return slot
    }

    /// Notes what a `_created` line says, in seconds since 1970.
    mutating func set(_ slot: UInt32, toSeconds seconds: Double) {
        // What is no time, or none after 1970, says nothing.
        let milliseconds = seconds * 1000
        self.times[Int(slot)] =
            milliseconds > 0 && milliseconds < 0x1p63 ? Int64(milliseconds) : 0
    }

    /// Gives a body's samples their start times, and forgets those.
    mutating func finish(_ batch: inout SampleBatch) {
        if self.state == .unknown {
            // No line has come: nothing of this is wanted.
            self.state = .off
            self.slots = []
            self.times = []
            self.slotOfKey = [:]
        }
        if self.state == .off { return }
        for index in 0..<batch.count {
            let series = Int(batch.series(at: index))
            if series >= self.slots.count || self.slots[series] == 0 { continue }
            let time = self.times[Int(self.slots[series] - 1)]
            if time != 0 { batch.setStart(time, at: index) }
        }
        self.forgetTimes()
    }

    /// Forgets what a body said that was not read to its end.
    mutating func forgetTimes() {
        for slot in 0..<self.times.count { self.times[slot] = 0 }
    }

    /// Whether the lines have to be read anew to be paired; asked once, when a body is done.
    mutating func takesAllLines() -> Bool {
        defer { self.wantsAllLines = false }
        return self.wantsAllLines
    }
}
