import Patterns
package import Telemetry

/// A selector such as `{job="node",instance=~"10\\..*"}`.
///
/// Source: Prometheus, `promql/parser`, the part between braces. Pure.
package struct LabelSelector: Sendable {
    /// Why a text is no selector.
    package struct Mistake: Error, Sendable, CustomStringConvertible {
        /// What was expected and what was found.
        package let description: String
    }

    private enum Test: Sendable {
        case equals(String)
        case matches(Pattern)
    }

    private struct Matcher: Sendable {
        let name: String
        let test: Test
        let isNegated: Bool
    }

    private var matchers: [Matcher] = []

    /// The most matchers of one selector.
    package static let limit = 64

    /// Matches everything.
    package init() {}

    /// Reads a selector.
    package init(_ text: String) throws(Mistake) {
        var rest = Substring(text)
        Self.skipBlanks(&rest)
        let metric = Self.takeName(&rest, with: ":")
        if !metric.isEmpty {
            self.matchers.append(
                Matcher(name: "__name__", test: .equals(metric), isNegated: false)
            )
        }
        Self.skipBlanks(&rest)
        if rest.isEmpty, !metric.isEmpty { return }
        try Self.expect("{", &rest)
        while true {
            Self.skipBlanks(&rest)
            if rest.first == "}" { break }
            if self.matchers.count >= Self.limit {
                throw Mistake(description: "expected at most \(Self.limit) matchers")
            }
            self.matchers.append(try Self.takeMatcher(&rest))
            Self.skipBlanks(&rest)
            if rest.first != "}" { try Self.expect(",", &rest) }
        }
        rest.removeFirst()
        Self.skipBlanks(&rest)
        if !rest.isEmpty { throw Self.mistake("the end", rest) }
    }

    /// Whether labels match; one that is absent is empty.
    package func matches(_ labels: LabelSet) -> Bool {
        self.matchers.allSatisfy { matcher in
            let value = labels[matcher.name] ?? ""
            switch matcher.test {
            case .equals(let wanted): return (value == wanted) != matcher.isNegated
            case .matches(let pattern): return pattern.matches(value) != matcher.isNegated
            }
        }
    }

    private static func takeMatcher(_ rest: inout Substring) throws(Mistake) -> Matcher {
        let name = rest.first == "\"" ? try Self.takeText(&rest) : Self.takeName(&rest, with: "")
        if name.isEmpty { throw Self.mistake("a label's name", rest) }
        Self.skipBlanks(&rest)
        guard let sign = ["=~", "!~", "!=", "="].first(where: { rest.hasPrefix($0) }) else {
            throw Self.mistake("=, !=, =~ or !~", rest)
        }
        rest.removeFirst(sign.count)
        Self.skipBlanks(&rest)
        let value = try Self.takeText(&rest)
        let isNegated = sign.hasPrefix("!")
        if !sign.hasSuffix("~") {
            return Matcher(name: name, test: .equals(value), isNegated: isNegated)
        }
        do throws(PatternError) {
            let pattern = try Pattern(value, anchored: true)
            return Matcher(name: name, test: .matches(pattern), isNegated: isNegated)
        } catch {
            throw Mistake(description: "\(error)")
        }
    }

    private static func takeText(_ rest: inout Substring) throws(Mistake) -> String {
        guard let quote = rest.first, quote == "\"" || quote == "'" || quote == "`" else {
            throw Self.mistake("a value in quotes", rest)
        }
        rest.removeFirst()
        var text = ""
        while let character = rest.popFirst() {
            if character == quote { return text }
            guard character == "\\", quote != "`" else {
                text.append(character)
                continue
            }
            switch rest.popFirst() {
            case "n": text.append("\n")
            case "t": text.append("\t")
            case let escaped? where escaped == "\\" || escaped == quote: text.append(escaped)
            default: throw Self.mistake("an escape such as \\\\ or \\n", rest)
            }
        }
        throw Self.mistake("the end of a value", rest)
    }

    private static func takeName(_ rest: inout Substring, with more: String) -> String {
        var name = ""
        while let character = rest.first, character.isASCII,
            character.isLetter || character == "_" || more.contains(character)
                || (!name.isEmpty && character.isNumber)
        {
            name.append(character)
            rest.removeFirst()
        }
        return name
    }

    private static func expect(
        _ character: Character,
        _ rest: inout Substring,
    ) throws(Mistake) {
        guard rest.first == character else { throw Self.mistake("`\(character)`", rest) }
        rest.removeFirst()
    }

    private static func skipBlanks(_ rest: inout Substring) {
        while let character = rest.first, character.isWhitespace { rest.removeFirst() }
    }

    private static func mistake(_ expected: String, _ rest: Substring) -> Mistake {
        let found = rest.isEmpty ? "the end" : "`\(rest.prefix(20))`"
        return Mistake(description: "expected \(expected), found \(found)")
    }
}
