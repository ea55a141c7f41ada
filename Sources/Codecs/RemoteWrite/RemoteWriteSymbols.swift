import Bytes
import Telemetry

/// The symbols of one remote write 2.0 request: every text once, known by its number.
///
/// They are kept as the protobuf fields that the request begins with, so that writing them copies
/// nothing. Number 0 is the empty text.
struct RemoteWriteSymbols: ~Copyable {
    /// The fields `symbols` (4) of the request, in the order of their numbers.
    private(set) var encoded = OutputBuffer(capacity: 4096)
    /// Symbol `n` ends at `ends[n]` of `encoded`; `lengths[n]` bytes of text stand before that.
    private var ends: [UInt32] = []
    private var lengths: [UInt32] = []
    /// Open addressing by hash: symbol number, or 0 where nothing is.
    private var index: [UInt32]
    private let hash: KeyedHash

    private static let smallestIndex = 1024
    /// The most bytes of symbols that are kept room for from one request to the next.
    private static let keptBytes = 1 << 20

    init(hash: KeyedHash = KeyedHash()) {
        self.index = Array(repeating: 0, count: Self.smallestIndex)
        self.hash = hash
        self.addEmpty()
    }

    /// The number of symbols, the empty one included.
    var count: Int { self.ends.count }

    /// Forgets every symbol but the empty one.
    mutating func removeAll() {
        self.encoded.removeAll()
        self.encoded.shrink(to: Self.keptBytes)
        self.ends.removeAll(keepingCapacity: true)
        self.lengths.removeAll(keepingCapacity: true)
        if self.index.count > Self.smallestIndex * 16 {
            self.index = Array(repeating: 0, count: Self.smallestIndex)
        } else {
            for slot in self.index.indices { self.index[slot] = 0 }
        }
        self.addEmpty()
    }

    /// The number of a text, given it when it is new.
    mutating func number(of text: borrowing Span<UInt8>) -> UInt32 {
        if text.isEmpty { return 0 }
        let hash = self.hash(text, from: 0, count: text.count)
        var slot = Int(truncatingIfNeeded: hash) & (self.index.count &- 1)
        while self.index[slot] != 0 {
            let known = self.index[slot]
            if self.equals(known, text) { return known }
            slot = (slot &+ 1) & (self.index.count &- 1)
        }
        let number = UInt32(self.count)
        self.add(text)
        self.index[slot] = number
        if self.count * 2 > self.index.count { self.growIndex() }
        return number
    }

    private mutating func addEmpty() {
        let nothing = OutputBuffer(capacity: 0)
        self.add(nothing.span)
    }

    private mutating func add(_ text: borrowing Span<UInt8>) {
        self.encoded.append(0x22)
        self.encoded.append(varint: UInt64(text.count))
        self.encoded.append(text)
        self.ends.append(UInt32(self.encoded.count))
        self.lengths.append(UInt32(text.count))
    }

    private func range(_ number: UInt32) -> Range<Int> {
        let end = Int(self.ends[Int(number)])
        return end &- Int(self.lengths[Int(number)])..<end
    }

    private func equals(_ number: UInt32, _ text: borrowing Span<UInt8>) -> Bool {
        self.encoded.span.extracting(self.range(number)).equals(text)
    }

    private mutating func growIndex() {
        let size = self.index.count * 2
        self.index = Array(repeating: 0, count: size)
        for number in 1..<UInt32(self.count) {
            let range = self.range(number)
            let hash = self.hash(self.encoded.span, from: range.lowerBound, count: range.count)
            var slot = Int(truncatingIfNeeded: hash) & (size - 1)
            while self.index[slot] != 0 { slot = (slot + 1) & (size - 1) }
            self.index[slot] = number
        }
    }
}
