import Bytes
import RandomTesting

/// Random texts for tests of what programs write into log records.
struct BodyPieces {
    var random: SplitMix

    init(seed: UInt64) { self.random = SplitMix(seed: seed) }

    /// One to twelve characters of `alphabet`.
    mutating func word(_ alphabet: String, upTo limit: Int = 12) -> String {
        let letters = Array(alphabet)
        return String(
            (0..<Int.random(in: 1...limit, using: &self.random)).map { _ in self.pick(letters) }
        )
    }

    /// One of `choices`.
    mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
        choices[Int.random(in: 0..<choices.count, using: &self.random)]
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &self.random)
    }

    mutating func flip() -> Bool { Bool.random(using: &self.random) }

    /// Bytes that look now and then like what a parser wants.
    mutating func noise(_ pieces: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<self.number(0...24) {
            if self.number(0...3) == 0 {
                bytes.append(UInt8.random(in: 0...255, using: &self.random))
            } else {
                bytes += Array(self.pick(pieces).utf8)
            }
        }
        return bytes
    }
}

/// A text, and what ranges of a parser stand for in it.
struct BodyText {
    let bytes: [UInt8]

    init(_ text: String) { self.bytes = Array(text.utf8) }

    /// What stands at a range; nil where there is none.
    func callAsFunction(_ range: Range<Int>?) -> String? {
        range.map { String(decoding: self.bytes[$0], as: UTF8.self) }
    }
}

/// Whether ranges lie in `count` bytes, each behind the one before; those that are nil are not there.
func areInOrder(_ ranges: [Range<Int>?], within count: Int) -> Bool {
    var end = 0
    for range in ranges.compactMap(\.self) {
        if range.lowerBound < end || range.upperBound > count { return false }
        end = range.upperBound
    }
    return true
}
