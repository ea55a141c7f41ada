import Bytes

/// The series of one target, each known by a small number for as long as the table lives.
///
/// A series is its sorted label pairs as numbers of a `LabelTable`, about four bytes a label; two
/// equal label sets are one series. Series are never taken out: the owner builds a new table when
/// too many are dead, and its `generation` tells receivers that old numbers mean nothing any more.
public struct SeriesTable: ~Copyable, Sendable {
    /// The label pairs.
    public private(set) var labels: LabelTable
    /// Which target the series are of; unique in the process.
    public let source: UInt64
    /// Rises when series get new numbers.
    public let generation: UInt32

    @usableFromInline var pairs: [UInt32] = []
    /// Series `s` is `pairs[starts[s]..<starts[s + 1]]`.
    @usableFromInline var starts: [UInt32] = [0]
    /// Open addressing by the pairs: series number + 1, or 0 where nothing is.
    private var index: [UInt32]

    /// Makes an empty table.
    public init(source: UInt64, generation: UInt32, hash: KeyedHash) {
        self.labels = LabelTable(hash: hash)
        self.source = source
        self.generation = generation
        self.index = Array(repeating: 0, count: 32)
    }

    /// The number of series.
    @inlinable
    public var count: Int { self.starts.count - 1 }

    /// The memory the table holds, in bytes.
    public var footprint: Int {
        self.labels.footprint
            + (self.pairs.capacity + self.starts.capacity + self.index.capacity) * 4
    }

    /// Where a series' pairs are in what `pair(at:)` reads.
    @inlinable
    public func pairRange(of series: UInt32) -> Range<Int> {
        Int(self.starts[Int(series)])..<Int(self.starts[Int(series) + 1])
    }

    /// The label pair at a place; see `pairRange(of:)`.
    @inlinable
    public func pair(at place: Int) -> UInt32 { self.pairs[place] }

    /// The number of the series with these labels, given it when it is new.
    ///
    /// - Precondition: the labels are sorted, their names distinct and their values not empty.
    /// - Returns: nil when the label table is full.
    public mutating func insert(
        _ builder: borrowing LabelBuilder
    ) -> (series: UInt32, isNew: Bool)? {
        let start = self.pairs.count
        let text = builder.text.span
        for entry in builder.entries {
            guard
                let pair = self.labels.intern(
                    text.extracting(entry.name),
                    text.extracting(entry.value),
                )
            else {
                self.pairs.removeLast(self.pairs.count - start)
                return nil
            }
            self.pairs.appendCompactly(pair)
        }
        return self.settle(from: start)
    }

    /// The number of the series that another table's series is here, given it when it is new.
    public mutating func insert(
        _ series: UInt32,
        of other: borrowing SeriesTable,
    ) -> (series: UInt32, isNew: Bool)? {
        let start = self.pairs.count
        let text = other.labels.encoded.span
        for place in other.pairRange(of: series) {
            let parts = other.labels.parts(of: other.pair(at: place))
            guard
                let pair = self.labels.intern(
                    text.extracting(parts.name),
                    text.extracting(parts.value),
                )
            else {
                self.pairs.removeLast(self.pairs.count - start)
                return nil
            }
            self.pairs.appendCompactly(pair)
        }
        return self.settle(from: start)
    }

    /// Makes the pairs from `start` on a series, or takes them back when it is known.
    private mutating func settle(from start: Int) -> (series: UInt32, isNew: Bool) {
        let length = self.pairs.count - start
        var slot = self.slot(start..<start + length)
        while self.index[slot] != 0 {
            let known = self.index[slot] - 1
            if self.equal(self.pairRange(of: known), start..<start + length) {
                self.pairs.removeLast(length)
                return (known, false)
            }
            slot = (slot + 1) & (self.index.count - 1)
        }
        let series = UInt32(self.count)
        self.starts.appendCompactly(UInt32(self.pairs.count))
        self.index[slot] = series + 1
        if self.count * 4 > self.index.count * 3 { self.growIndex() }
        return (series, true)
    }

    private func equal(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        if left.count != right.count { return false }
        for offset in 0..<left.count
        where self.pairs[left.lowerBound + offset] != self.pairs[right.lowerBound + offset] {
            return false
        }
        return true
    }

    private func slot(_ range: Range<Int>) -> Int {
        var hash: UInt64 = 0
        for place in range {
            hash = (hash ^ UInt64(self.pairs[place])) &* 0x9e37_79b9_7f4a_7c15
            hash ^= hash >> 29
        }
        return Int(truncatingIfNeeded: hash) & (self.index.count - 1)
    }

    private mutating func growIndex() {
        self.index = Array(repeating: 0, count: self.index.count * 2)
        for series in 0..<UInt32(self.count) {
            var slot = self.slot(self.pairRange(of: series))
            while self.index[slot] != 0 { slot = (slot + 1) & (self.index.count - 1) }
            self.index[slot] = series + 1
        }
    }
}

extension SeriesTable {
    /// Fills a builder with a series' labels.
    public func read(_ series: UInt32, into builder: inout LabelBuilder) {
        builder.removeAll()
        let text = self.labels.encoded.span
        for place in self.pairRange(of: series) {
            let parts = self.labels.parts(of: self.pair(at: place))
            builder.add(text.extracting(parts.name), text.extracting(parts.value))
        }
    }

    /// A series' labels as a set.
    public func labelSet(of series: UInt32) -> LabelSet {
        var builder = LabelBuilder()
        self.read(series, into: &builder)
        return builder.labelSet
    }
}
