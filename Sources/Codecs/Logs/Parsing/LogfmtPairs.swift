import Bytes

/// The `key=value` pairs of a line of logfmt, as numbers that point into it.
///
/// Values may be quoted, with JSON's escapes; words that are no pair are passed over. Source: Brandur,
/// "logfmt"; the packages go-logfmt and kr/logfmt.
package struct LogfmtPairs: Sendable {
    /// The most pairs of a line; a line with more is not taken.
    package static let limit = 1000

    /// One key with its value.
    package struct Pair: Sendable, Hashable {
        /// Where the key lies.
        package var key: Range<Int>
        /// Where the value lies, quotes left out.
        package var value: Range<Int>
        /// Whether the value is the inside of a JSON string, with escapes.
        package var hasEscapes: Bool
    }

    /// The pairs in order; of those with equal keys the last value.
    package private(set) var pairs: [Pair] = []

    private var known = KeyPlaces()

    /// Makes an empty list.
    package init() {}

    /// Reads `text`; false, with no pairs, when there is none.
    package mutating func read(_ text: borrowing Span<UInt8>) -> Bool {
        self.pairs.removeAll(keepingCapacity: true)
        self.known.removeAll()
        var index = 0
        while true {
            while index < text.count, text[index] <= 0x20 { index &+= 1 }
            if index == text.count { break }
            let start = index
            while index < text.count, Self.isKey(text[index]) { index &+= 1 }
            if index == start || index == text.count || text[index] != UInt8(ascii: "=") {
                index = Self.endOfWord(text, from: index)
                continue
            }
            if self.pairs.count == Self.limit {
                self.pairs.removeAll(keepingCapacity: true)
                return false
            }
            let key = start..<index
            let (value, hasEscapes, end) = Self.value(text, from: index &+ 1)
            self.add(Pair(key: key, value: value, hasEscapes: hasEscapes), text)
            index = end
        }
        return !self.pairs.isEmpty
    }

    private mutating func add(_ pair: Pair, _ text: borrowing Span<UInt8>) {
        let hash = KeyPlaces.hash(text.extracting(pair.key))
        if self.known.mayHave(hash) {
            for place in self.pairs.indices where self.known.hashes[place] == hash {
                let key = text.extracting(self.pairs[place].key)
                if !key.equals(text.extracting(pair.key)) { continue }
                self.pairs[place] = pair
                return
            }
        }
        self.known.append(hash)
        self.pairs.append(pair)
    }

    private static func value(
        _ text: borrowing Span<UInt8>,
        from start: Int,
    ) -> (Range<Int>, hasEscapes: Bool, end: Int) {
        if start < text.count, text[start] == UInt8(ascii: "\"") {
            if let (end, hasEscapes) = text.endOfJSONString(from: start &+ 1) {
                return (start &+ 1..<end, hasEscapes, end &+ 1)
            }
            if let end = Self.closingQuote(text, from: start &+ 1) {
                return (start &+ 1..<end, false, end &+ 1)
            }
        }
        let end = Self.endOfWord(text, from: start)
        return (start..<end, false, end)
    }

    /// The quote that ends a string whose escapes are not JSON's.
    private static func closingQuote(_ text: borrowing Span<UInt8>, from start: Int) -> Int? {
        var index = start
        while index < text.count {
            if text[index] == UInt8(ascii: "\"") { return index }
            index &+= text[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return nil
    }

    private static func endOfWord(_ text: borrowing Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < text.count, text[index] > 0x20 { index &+= 1 }
        return index
    }

    private static func isKey(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte != UInt8(ascii: "=") && byte != UInt8(ascii: "\"")
    }
}
