import Bytes
import Fuzzing
import Patterns
import Pipeline
import Telemetry

/// Patterns, templates and the rules made of them: action, pattern, template, then labels by line.
@main enum FuzzRelabeling {
    static func main() { fuzz(Self.test) }

    private static func test(_ input: inout FuzzInput) {
        let action = RelabelRule.Action.allCases[input.choice(RelabelRule.Action.allCases.count)]
        let anchored = input.byte() & 1 == 0
        let text = input.line()
        let replacement = input.line()
        let target = input.line()
        guard text.utf8.count < 200, let pattern = try? Pattern(text, anchored: anchored) else {
            return
        }
        let template = PatternTemplate(replacement, for: pattern)
        if !replacement.utf8.contains(UInt8(ascii: "$")) {
            invariant(template.constant == replacement, "a text without references is constant")
        }
        var labels = LabelBuilder()
        while !input.isEmpty, labels.count < 16 { labels.set(input.line(), input.line()) }
        checkMatch(pattern, template, Array(target.utf8).span)
        let rule = RelabelRule(
            action,
            sourceLabels: ["a", "b"],
            pattern: pattern,
            modulus: 7,
            target: target,
            replacement: replacement,
        )
        var scratch = Relabeling.Scratch()
        _ = Relabeling([rule], legacyNames: anchored).apply(to: &labels, scratch: &scratch)
        labels.removeEmpty()
        labels.sort()
        for place in labels.entries.indices.dropFirst() {
            let before = labels.text.span.extracting(labels.entries[place - 1].name).array
            let name = labels.text.span.extracting(labels.entries[place].name).array
            invariant(before.lexicographicallyPrecedes(name), "labels twice or out of order")
        }
    }
}

private func checkMatch(
    _ pattern: Pattern,
    _ template: PatternTemplate,
    _ source: Span<UInt8>,
) {
    var captures: [Range<Int>?] = []
    let isMatch = pattern.captures(in: source, into: &captures)
    invariant(isMatch == pattern.matches(source), "captures and match disagree")
    guard isMatch else {
        return invariant(captures.isEmpty, "captures without a match")
    }
    invariant(captures.count == pattern.groupCount + 1, "captures of other groups")
    for case let range? in captures {
        invariant(range.upperBound <= source.count, "a capture beyond the text")
    }
    var out = OutputBuffer()
    template.expand(source, captures: captures, into: &out)
    if let constant = template.constant {
        invariant(out.text == constant, "a constant that changes")
    }
}
