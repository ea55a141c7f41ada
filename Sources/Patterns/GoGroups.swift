/// Go's way to name groups, which this RE2 does not know.
///
/// Go 1.22 and so Prometheus 3 take `(?<name>…)` for `(?P<name>…)`; RE2 does since 2023-09 only.
enum GoGroups {
    /// Writes `(?<name>` as `(?P<name>`, outside of escapes, `\Q…\E` and character classes.
    static func rewritten(_ text: String) -> String {
        let source = Array(text.utf8)
        var result: [UInt8] = []
        var changed = false
        var index = 0
        var scanner = PatternScanner()
        while index < source.count {
            if !scanner.isQuoting, Self.opensNamedGroup(source, at: index) {
                result.append(contentsOf: "(?P<".utf8)
                index += 3
                changed = true
                continue
            }
            let length = scanner.advance(source, at: index)
            result.append(contentsOf: source[index..<index + length])
            index += length
        }
        return changed ? String(decoding: result, as: UTF8.self) : text
    }

    private static func opensNamedGroup(_ source: [UInt8], at index: Int) -> Bool {
        guard index + 3 < source.count, source[index] == UInt8(ascii: "("),
            source[index + 1] == UInt8(ascii: "?"), source[index + 2] == UInt8(ascii: "<")
        else { return false }
        let next = source[index + 3]
        // `(?<=` and `(?<!` are lookbehind and stay, for RE2 to refuse.
        return next != UInt8(ascii: "=") && next != UInt8(ascii: "!")
    }
}

/// Tells syntax from quoted characters while walking over a pattern.
private struct PatternScanner {
    private var inClass = false
    private var classStart = 0
    private var inLiteral = false

    /// Whether the next byte stands for itself rather than for syntax.
    var isQuoting: Bool { self.inClass || self.inLiteral }

    /// Steps over what begins at `index` and returns its length in bytes, at least 1.
    mutating func advance(_ source: [UInt8], at index: Int) -> Int {
        let byte = source[index]
        let next = index + 1 < source.count ? source[index + 1] : 0
        if byte == UInt8(ascii: "\\"), index + 1 < source.count {
            if self.inLiteral {
                if next == UInt8(ascii: "E") { self.inLiteral = false }
                return next == UInt8(ascii: "E") ? 2 : 1
            }
            if next == UInt8(ascii: "Q") { self.inLiteral = true }
            return 2
        }
        if self.inLiteral { return 1 }
        if self.inClass {
            // A `]` that comes first in a class stands for itself.
            if byte == UInt8(ascii: "]"), index > self.classStart { self.inClass = false }
        } else if byte == UInt8(ascii: "[") {
            self.inClass = true
            self.classStart = next == UInt8(ascii: "^") ? index + 2 : index + 1
        }
        return 1
    }
}
