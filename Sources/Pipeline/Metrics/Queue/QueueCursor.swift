import Bytes

/// Which records of the queue on disk are settled: all below one number, and ranges beyond it.
///
/// Requests are answered out of order, and with `newest_first` the settled ones lie at the end.
struct QueueCursor: Sendable, Hashable {
    /// The most ranges; beyond that the last ones are forgotten and their records sent again.
    static let rangeLimit = 4096
    static let mark: [UInt8] = [0x4d, 0x57, 0x51, 0x43]
    /// The most bytes of a cursor file.
    static let sizeLimit = 20 + (Self.rangeLimit + 1) * 16

    /// Every record below is settled.
    private(set) var first: UInt64 = 0
    /// Settled records from `first` on: sorted, apart from each other.
    private(set) var ranges: [Range<UInt64>] = []

    /// Nothing is settled.
    init() {}

    /// The lowest number that no record has had, as far as this can tell.
    var end: UInt64 { self.ranges.last?.upperBound ?? self.first }

    /// Whether a record is settled.
    func contains(_ number: UInt64) -> Bool {
        if number < self.first { return true }
        let place = self.place(of: number)
        return place < self.ranges.count && self.ranges[place].contains(number)
    }

    /// Notes that a record is settled.
    mutating func settle(_ number: UInt64) {
        if self.contains(number) { return }
        if number == self.first {
            self.advance(to: number + 1)
            return
        }
        let place = self.place(of: number)
        let joinsBefore = place > 0 && self.ranges[place - 1].upperBound == number
        let joinsAfter =
            place < self.ranges.count && self.ranges[place].lowerBound == number + 1
        switch (joinsBefore, joinsAfter) {
        case (true, true):
            let upper = self.ranges.remove(at: place).upperBound
            self.ranges[place - 1] = self.ranges[place - 1].lowerBound..<upper
        case (true, false):
            self.ranges[place - 1] = self.ranges[place - 1].lowerBound..<number + 1
        case (false, true):
            self.ranges[place] = number..<self.ranges[place].upperBound
        case (false, false):
            self.ranges.insert(number..<number + 1, at: place)
            if self.ranges.count > Self.rangeLimit { self.ranges.removeLast() }
        }
    }

    /// Notes that everything below a number is settled or gone.
    mutating func advance(to number: UInt64) {
        self.first = max(self.first, number)
        while let next = self.ranges.first, next.lowerBound <= self.first {
            self.first = max(self.first, next.upperBound)
            self.ranges.removeFirst()
        }
    }

    /// The first range that ends after a number.
    private func place(of number: UInt64) -> Int {
        var low = 0
        var high = self.ranges.count
        while low < high {
            let middle = (low + high) / 2
            if self.ranges[middle].upperBound <= number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension QueueCursor {
    /// Reads what `append(to:)` has written; nil when it is damaged.
    init?(_ bytes: borrowing Span<UInt8>) {
        guard bytes.count >= 20, bytes.count <= Self.sizeLimit else { return nil }
        for place in 0..<4 where bytes[place] != Self.mark[place] { return nil }
        let count = Int(bytes.word32(at: 8))
        guard bytes.count == 20 + count * 16 else { return nil }
        let checked = bytes.extracting(droppingFirst: 8)
        guard CRC32C.checksum(of: checked) == bytes.word32(at: 4) else { return nil }
        self.first = bytes.word64(at: 12)
        var last = self.first
        for index in 0..<count {
            let lower = bytes.word64(at: 20 + index * 16)
            let upper = bytes.word64(at: 28 + index * 16)
            guard lower > last, upper > lower else { return nil }
            self.ranges.append(lower..<upper)
            last = upper
        }
    }

    /// Appends the file's contents: mark, check of the rest, count, first, ranges.
    func append(to out: inout OutputBuffer) {
        var rest = OutputBuffer(capacity: 12 + self.ranges.count * 16)
        rest.append(littleEndian: UInt32(self.ranges.count))
        rest.append(littleEndian: self.first)
        for range in self.ranges {
            rest.append(littleEndian: range.lowerBound)
            rest.append(littleEndian: range.upperBound)
        }
        for byte in Self.mark { out.append(byte) }
        out.append(littleEndian: CRC32C.checksum(of: rest.span))
        out.append(rest.span)
    }
}
