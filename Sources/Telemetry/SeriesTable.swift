import Bytes

/// The series of one target, each known by a small number for as long as the table lives.
///
/// A series is the numbers of its sorted label pairs in a `LabelTable`, as varints: little more than
/// a byte a label. Two equal label sets are one series. Series are never taken out: the owner builds
/// a new table when too many are dead, and its `generation` tells receivers that old numbers mean
/// nothing any more.
public struct SeriesTable: ~Copyable, Sendable {
    /// The label pairs.
    public private(set) var labels: LabelTable
    /// Which target the series are of; unique in the process.
    public let source: UInt64
    /// What tells the target from others and is the same after a restart.
    ///
    /// A hash of its labels and URL; samples of one identity are sent in order.
    public let identity: UInt64
    /// Rises when series get new numbers.
    public let generation: UInt32
    /// The families that series belong to.
    public var families = MetricFamilies()

    @usableFromInline var pairs: [UInt8] = []
    /// Series `s` is `pairs[starts[s]..<starts[s + 1]]`.
    @usableFromInline var starts: [UInt32] = [0]
    /// By series, the number of its family.
    @usableFromInline var familyNumbers: [UInt16] = []
    /// Open addressing by the pairs: series number + 1, or 0 where nothing is; empty when it was
    /// given back.
    private var index: [UInt32] = []
    private let hash: KeyedHash

    /// Makes an empty table.
    public init(source: UInt64, identity: UInt64 = 0, generation: UInt32, hash: KeyedHash) {
        self.labels = LabelTable(hash: hash)
        self.source = source
        self.identity = identity
        self.generation = generation
        self.hash = hash
    }

    /// The number of series.
    @inlinable
    public var count: Int { self.starts.count - 1 }

    /// The memory the table holds, in bytes.
    public var footprint: Int {
        self.labels.footprint + self.pairs.capacity
            + (self.starts.capacity + self.index.capacity) * 4 + self.familyNumbers.capacity * 2
    }

    /// The number in `families` of a series' family; 0 when it is not known.
    @inlinable
    public func family(of series: UInt32) -> UInt16 { self.familyNumbers[Int(series)] }

    /// Gives a series another family.
    public mutating func setFamily(_ family: UInt16, of series: UInt32) {
        self.familyNumbers[Int(series)] = family
    }

    /// Where a series' pairs are, for `nextPair(_:)`.
    @inlinable
    public func pairRange(of series: UInt32) -> Range<Int> {
        Int(self.starts[Int(series)])..<Int(self.starts[Int(series) + 1])
    }

    /// The label pair at a place; moves the place to the next one.
    @inlinable
    public func nextPair(_ place: inout Int) -> UInt32 {
        let first = self.pairs[place]
        place &+= 1
        if first < 0x80 { return UInt32(first) }
        var value = UInt32(first & 0x7f)
        var shift: UInt32 = 7
        while true {
            let byte = self.pairs[place]
            place &+= 1
            value |= UInt32(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift &+= 7
        }
    }

    /// The number of the series with these labels, given it when it is new.
    ///
    /// `family` is its family's number in `families`, which a known series takes on as well.
    ///
    /// - Precondition: the labels are sorted, their names distinct and their values not empty.
    /// - Returns: nil when the label table is full.
    public mutating func insert(
        _ builder: borrowing LabelBuilder,
        family: UInt16 = 0,
    ) -> (series: UInt32, isNew: Bool)? {
        let start = self.pairs.count
        let text = builder.text.span
        for entry in builder.entries {
            let name = text.extracting(entry.name)
            guard self.append(name, text.extracting(entry.value), from: start) else { return nil }
        }
        return self.settle(from: start, family: family)
    }

    /// The number of the series that another table's series is here, given it when it is new.
    ///
    /// `family` is as above; the two tables need not share their families.
    public mutating func insert(
        _ series: UInt32,
        of other: borrowing SeriesTable,
        family: UInt16 = 0,
    ) -> (series: UInt32, isNew: Bool)? {
        let start = self.pairs.count
        let text = other.labels.encoded.span
        let range = other.pairRange(of: series)
        var place = range.lowerBound
        while place < range.upperBound {
            let parts = other.labels.parts(of: other.nextPair(&place))
            let name = text.extracting(parts.name)
            guard self.append(name, text.extracting(parts.value), from: start) else { return nil }
        }
        return self.settle(from: start, family: family)
    }

    /// Gives back what only new series need; the next one pays for having it again.
    public mutating func releaseIndex() {
        self.index = []
    }

    /// Appends a pair to the series that begins at `start`; takes it all back when there is no room.
    private mutating func append(
        _ name: borrowing Span<UInt8>,
        _ value: borrowing Span<UInt8>,
        from start: Int,
    ) -> Bool {
        guard var rest = self.labels.intern(name, value), self.pairs.count < Self.maximumBytes
        else {
            self.pairs.removeLast(self.pairs.count - start)
            return false
        }
        while rest >= 0x80 {
            self.pairs.appendCompactly(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        self.pairs.appendCompactly(UInt8(truncatingIfNeeded: rest))
        return true
    }

    /// The most bytes of pairs; offsets have 32 bits.
    private static let maximumBytes = 1 << 31

    /// Makes the pairs from `start` on a series, or takes them back when it is known.
    private mutating func settle(
        from start: Int,
        family: UInt16,
    ) -> (series: UInt32, isNew: Bool) {
        if self.index.isEmpty { self.buildIndex() }
        let length = self.pairs.count - start
        var slot = self.slot(start..<start + length)
        while self.index[slot] != 0 {
            let known = self.index[slot] - 1
            if self.equal(self.pairRange(of: known), start..<start + length) {
                self.pairs.removeLast(length)
                if family != 0 { self.familyNumbers[Int(known)] = family }
                return (known, false)
            }
            slot = (slot + 1) & (self.index.count - 1)
        }
        let series = UInt32(self.count)
        self.starts.appendCompactly(UInt32(self.pairs.count))
        self.familyNumbers.appendCompactly(family)
        self.index[slot] = series + 1
        if self.count * 4 > self.index.count * 3 { self.buildIndex() }
        return (series, true)
    }

    private func equal(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        let pairs = self.pairs.span
        return pairs.extracting(left).equals(pairs.extracting(right))
    }

    private func slot(_ range: Range<Int>) -> Int {
        let hash = self.hash(self.pairs.span, from: range.lowerBound, count: range.count)
        return Int(truncatingIfNeeded: hash) & (self.index.count - 1)
    }

    private mutating func buildIndex() {
        var size = 32
        while size * 3 < (self.count + 1) * 5 { size *= 2 }
        self.index = Array(repeating: 0, count: size)
        for series in 0..<UInt32(self.count) {
            var slot = self.slot(self.pairRange(of: series))
            while self.index[slot] != 0 { slot = (slot + 1) & (size - 1) }
            self.index[slot] = series + 1
        }
    }
}

extension SeriesTable {
    /// Fills a builder with a series' labels.
    public func read(_ series: UInt32, into builder: inout LabelBuilder) {
        builder.removeAll()
        let text = self.labels.encoded.span
        let range = self.pairRange(of: series)
        var place = range.lowerBound
        while place < range.upperBound {
            let parts = self.labels.parts(of: self.nextPair(&place))
            builder.add(text.extracting(parts.name), text.extracting(parts.value))
        }
    }

    /// Shows the name of a series, which is empty when it has none.
    public func withName<Result>(
        of series: UInt32,
        _ body: (borrowing Span<UInt8>) -> Result,
    ) -> Result {
        let text = self.labels.encoded.span
        let range = self.pairRange(of: series)
        var place = range.lowerBound
        while place < range.upperBound {
            let parts = self.labels.parts(of: self.nextPair(&place))
            if text.extracting(parts.name).equals("__name__") {
                return body(text.extracting(parts.value))
            }
        }
        return body(text.extracting(first: 0))
    }

    /// A series' labels as a set.
    public func labelSet(of series: UInt32) -> LabelSet {
        var builder = LabelBuilder()
        self.read(series, into: &builder)
        return builder.labelSet
    }
}
