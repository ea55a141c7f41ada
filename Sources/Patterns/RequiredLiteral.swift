import Bytes

/// A text that stands in everything that a pattern matches, found cheaply before the pattern is tried.
///
/// Found by a look at the pattern that knows little and claims nothing it isn't sure of: a run of plain
/// characters outside of all groups, none of which may be left out.
package struct RequiredLiteral: Sendable, Hashable {
    /// The text; empty when none is known.
    package let bytes: [UInt8]

    /// Shorter texts stand nearly everywhere, so looking for them gains nothing.
    private static let shortest = 3

    /// Looks for the longest text that `pattern` requires.
    package init(of pattern: Pattern) {
        var scan = Scan(Array(pattern.text.utf8))
        let longest = scan.longestRun() ?? []
        self.bytes = longest.count >= Self.shortest ? longest : []
    }

    /// Whether the pattern can match `text` at all.
    @inline(__always)
    package func isIn(_ text: borrowing Span<UInt8>) -> Bool {
        self.bytes.isEmpty || text.contains(self.bytes.span)
    }

    private struct Scan {
        private let text: [UInt8]
        private var index = 0
        private var run: [UInt8] = []
        private var longest: [UInt8] = []

        init(_ text: [UInt8]) { self.text = text }

        /// Nil where nothing is certain: choices at the outermost level, and flags.
        mutating func longestRun() -> [UInt8]? {
            while self.index < self.text.count {
                let byte = self.text[self.index]
                self.index += 1
                switch byte {
                case UInt8(ascii: "|"): return nil
                case UInt8(ascii: "("):
                    // A flag such as (?i) changes what plain characters mean.
                    if self.isFlag() { return nil }
                    self.endRun()
                    if !self.skipGroup() { return nil }
                case UInt8(ascii: "["):
                    self.endRun()
                    if !self.skipClass() { return nil }
                case UInt8(ascii: "\\"):
                    guard self.index < self.text.count else { return nil }
                    let escaped = self.text[self.index]
                    self.index += 1
                    if self.isPunctuation(escaped) {
                        self.take(escaped)
                    } else if escaped == UInt8(ascii: "b") || escaped == UInt8(ascii: "B") {
                        self.endRun()
                    } else if self.isSimpleClass(escaped) {
                        self.endRun()
                    } else {
                        return nil
                    }
                case UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "$"), UInt8(ascii: "*"),
                    UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{"), UInt8(ascii: "}"),
                    UInt8(ascii: ")"), UInt8(ascii: "]"):
                    self.endRun()
                    // A brace that is no repetition stands for itself.
                    if byte == UInt8(ascii: "{"), !self.skipRepetition() { return nil }
                default:
                    self.take(byte)
                }
            }
            self.endRun()
            return self.longest
        }

        /// Adds a plain character unless it may be left out.
        private mutating func take(_ byte: UInt8) {
            let next = self.index < self.text.count ? self.text[self.index] : 0
            switch next {
            case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "{"):
                // In UTF-8 it would be a part of a character only.
                if byte >= 0x80 {
                    while let last = self.run.last, last >= 0x80 { self.run.removeLast() }
                }
                self.endRun()
            default:
                self.run.append(byte)
            }
        }

        private mutating func endRun() {
            if self.run.count > self.longest.count { self.longest = self.run }
            self.run.removeAll()
        }

        private func isFlag() -> Bool {
            guard self.index + 1 < self.text.count, self.text[self.index] == UInt8(ascii: "?")
            else {
                return false
            }
            switch self.text[self.index + 1] {
            case UInt8(ascii: "P"), UInt8(ascii: "<"), UInt8(ascii: ":"): return false
            default: return true
            }
        }

        private mutating func skipGroup() -> Bool {
            var depth = 1
            while self.index < self.text.count, depth > 0 {
                let byte = self.text[self.index]
                self.index += 1
                switch byte {
                case UInt8(ascii: "("): depth += 1
                case UInt8(ascii: ")"): depth -= 1
                case UInt8(ascii: "\\"):
                    if self.index < self.text.count, self.text[self.index] == UInt8(ascii: "Q") {
                        return false
                    }
                    self.index += 1
                case UInt8(ascii: "["):
                    if !self.skipClass() { return false }
                default: break
                }
            }
            return depth == 0
        }

        /// Takes the rest of a class; false where a bracket in it may name another.
        private mutating func skipClass() -> Bool {
            if self.index < self.text.count, self.text[self.index] == UInt8(ascii: "^") {
                self.index += 1
            }
            // A bracket that comes first stands for itself.
            if self.index < self.text.count, self.text[self.index] == UInt8(ascii: "]") {
                self.index += 1
            }
            while self.index < self.text.count {
                let byte = self.text[self.index]
                self.index += 1
                switch byte {
                case UInt8(ascii: "\\"): self.index += 1
                case UInt8(ascii: "["): return false
                case UInt8(ascii: "]"): return true
                default: break
                }
            }
            return false
        }

        /// Takes the rest of `{2}`, `{2,}` or `{2,3}`; false where it is something else.
        private mutating func skipRepetition() -> Bool {
            var digits = 0
            while self.index < self.text.count {
                let byte = self.text[self.index]
                self.index += 1
                if byte == UInt8(ascii: "}") { return digits > 0 }
                let isDigit = byte &- 0x30 <= 9
                if !isDigit, byte != UInt8(ascii: ",") || digits == 0 { return false }
                if isDigit { digits += 1 }
            }
            return false
        }

        private func isPunctuation(_ byte: UInt8) -> Bool {
            byte > 0x20 && byte < 0x7f && !(byte &- 0x30 <= 9) && (byte | 0x20) &- 0x61 >= 26
        }

        private func isSimpleClass(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "d"), UInt8(ascii: "D"), UInt8(ascii: "s"), UInt8(ascii: "S"),
                UInt8(ascii: "w"), UInt8(ascii: "W"):
                true
            default: false
            }
        }
    }
}
