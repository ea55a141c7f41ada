import Telemetry

/// Every line of one target's expositions that has been read before, known by the hash of its text.
///
/// For a sample the text is the series without value and time, for a comment the whole line. The
/// text itself is not kept: 64 bits under a secret key stand for it (see `KeyedHash`).
struct LineTable: ~Copyable {
    /// What a line stands for: the number of a series, or one of the meanings below.
    typealias Meaning = UInt32

    /// The series was dropped by relabeling.
    static let dropped: Meaning = 0xffff_ffff
    /// The first of the lines of histograms that are converted, which `ClassicLines` knows; lower
    /// numbers are series.
    static let firstClassic: Meaning = 0xd000_0000
    /// The most of them.
    static let classicLimit = 0x1000_0000
    /// The first of the `_created` lines, which `StartTimes` knows.
    static let firstStart: Meaning = 0xe000_0000
    /// The most of them.
    static let startLimit = 0x1000_0000
    /// The first of the comments, which `CommentTable` knows.
    static let firstComment: Meaning = 0xf000_0000
    /// The most comments.
    static let commentLimit = 0x0fff_ffff

    /// The hash of each line's text.
    private(set) var hashes: [UInt64] = []
    /// The length of each line's text.
    private(set) var lengths: [UInt32] = []
    /// What each line stands for.
    private(set) var meanings: [Meaning] = []
    /// Open addressing by hash: line number + 1, or 0 where nothing is; empty when it was given
    /// back.
    private var index: [UInt32] = []

    var count: Int { self.hashes.count }

    /// The memory the table holds, in bytes.
    var footprint: Int {
        self.hashes.capacity * 8
            + (self.lengths.capacity + self.meanings.capacity + self.index.capacity) * 4
    }

    /// The number of the line with this hash and length.
    mutating func find(_ hash: UInt64, length: Int) -> UInt32? {
        if self.index.isEmpty { self.buildIndex() }
        var slot = Int(truncatingIfNeeded: hash) & (self.index.count - 1)
        while self.index[slot] != 0 {
            let line = self.index[slot] - 1
            if self.hashes[Int(line)] == hash, self.lengths[Int(line)] == UInt32(length) {
                return line
            }
            slot = (slot + 1) & (self.index.count - 1)
        }
        return nil
    }

    /// Adds a line that is not there.
    mutating func add(_ hash: UInt64, length: Int, meaning: Meaning) -> UInt32 {
        let line = UInt32(self.count)
        self.hashes.appendCompactly(hash)
        self.lengths.appendCompactly(UInt32(length))
        self.meanings.appendCompactly(meaning)
        if self.count * 4 > self.index.count * 3 {
            self.buildIndex()
        } else {
            self.enter(line)
        }
        return line
    }

    /// Gives back what only lines that moved need; the next one pays for having it again.
    mutating func releaseIndex() {
        self.index = []
    }

    private mutating func buildIndex() {
        var size = 64
        while size * 3 < (self.count + 1) * 5 { size *= 2 }
        self.index = Array(repeating: 0, count: size)
        for line in 0..<UInt32(self.count) { self.enter(line) }
    }

    private mutating func enter(_ line: UInt32) {
        let mask = self.index.count - 1
        var slot = Int(truncatingIfNeeded: self.hashes[Int(line)]) & mask
        while self.index[slot] != 0 { slot = (slot + 1) & mask }
        self.index[slot] = line + 1
    }
}
