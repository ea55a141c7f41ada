package import Bytes

/// A replacement text with references to a pattern's groups, in the rules of Go's `regexp.Expand`.
///
/// `$1` and `${1}` stand for a group by number, `$name` and `${name}` by name, `$$` for `$`. A name
/// without braces is as long as letters, digits and `_` go, so `$1x` is the group called `1x`. An
/// unknown group, or one that took no part, stands for nothing; a `$` that starts neither form
/// stands for itself.
package struct PatternTemplate: Sendable, Hashable {
    private enum Piece: Sendable, Hashable {
        case literal([UInt8])
        // Several groups may share a name; the first that took part counts.
        case groups([Int])
    }

    /// The template as written.
    package let text: String
    /// The highest number of a group that is referred to; 0 when none is.
    package let highestGroup: Int
    private let pieces: [Piece]

    /// Reads `text` for use with matches of `pattern`.
    package init(_ text: String, for pattern: Pattern) {
        self.text = text
        let names = pattern.groupNames
        var pieces: [Piece] = []
        var literal: [UInt8] = []
        let source = Array(text.utf8)
        var index = 0
        while index < source.count {
            guard source[index] == UInt8(ascii: "$") else {
                literal.append(source[index])
                index += 1
                continue
            }
            if index + 1 < source.count, source[index + 1] == UInt8(ascii: "$") {
                literal.append(UInt8(ascii: "$"))
                index += 2
            } else if let reference = Self.reference(in: source, at: index) {
                let groups = Self.groups(reference.name, names: names)
                index = reference.end
                if groups.isEmpty { continue }
                if !literal.isEmpty { pieces.append(.literal(literal)) }
                literal = []
                pieces.append(.groups(groups))
            } else {
                literal.append(UInt8(ascii: "$"))
                index += 1
            }
        }
        if !literal.isEmpty { pieces.append(.literal(literal)) }
        self.pieces = pieces
        self.highestGroup = pieces.reduce(0) { highest, piece in
            guard case .groups(let groups) = piece else { return highest }
            return max(highest, groups.max() ?? 0)
        }
    }

    /// The text that every expansion gives, if no group is referred to.
    package var constant: String? {
        guard let first = self.pieces.first else { return "" }
        guard self.pieces.count == 1, case .literal(let bytes) = first else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the template with its references replaced.
    ///
    /// - Parameters:
    ///   - source: The input that was matched.
    ///   - captures: What `Pattern.captures(in:into:)` gave for it, up to `highestGroup` at least.
    ///   - output: Where the text goes.
    package func expand(
        _ source: borrowing Span<UInt8>,
        captures: [Range<Int>?],
        into output: inout OutputBuffer,
    ) {
        for piece in self.pieces {
            switch piece {
            case .literal(let bytes):
                output.append(bytes.span)
            case .groups(let groups):
                for group in groups where group < captures.count {
                    guard let range = captures[group] else { continue }
                    output.append(source.extracting(range))
                    break
                }
            }
        }
    }

    private static func reference(
        in source: [UInt8],
        at dollar: Int,
    ) -> (name: String, end: Int)? {
        let inBraces = dollar + 1 < source.count && source[dollar + 1] == UInt8(ascii: "{")
        let start = dollar + (inBraces ? 2 : 1)
        let rest = String(decoding: source[min(start, source.count)...], as: UTF8.self)
        let name = String(
            rest.unicodeScalars.prefix {
                $0 == "_" || $0.properties.isAlphabetic || $0.properties.numericType == .decimal
            }
        )
        let end = start + name.utf8.count
        if name.isEmpty { return nil }
        guard inBraces else { return (name, end) }
        guard end < source.count, source[end] == UInt8(ascii: "}") else { return nil }
        return (name, end + 1)
    }

    private static func groups(_ name: String, names: [String?]) -> [Int] {
        let isNumber = name.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        // Go: a leading zero makes it a name, and no group has a number above 10^8.
        if isNumber, name == "0" || !name.hasPrefix("0") {
            guard let number = Int(name), number <= names.count else { return [] }
            return [number]
        }
        return names.indices.filter { names[$0] == name }.map { $0 + 1 }
    }
}
