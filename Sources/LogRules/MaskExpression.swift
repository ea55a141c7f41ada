import Bytes
import Config
import Patterns

/// A regular expression of the user's, and what stands in the place of what it matches.
///
/// An object, because it is handed around for every text.
final class MaskExpression: Sendable {
    let pattern: Pattern
    let template: PatternTemplate
    let literal: RequiredLiteral

    init(reading node: inout ConfigNode, replacement: String) {
        let pattern = node.requiredValue(
            "pattern",
            .pattern(anchored: false),
            "What is looked for.",
        )
        let text = node.rawString(
            "replacement",
            "What stands in its place; `$1` is the first group. The step's if absent.",
        )
        // A text for all expressions has no groups to refer to.
        let escaped = replacement.split(separator: "$", omittingEmptySubsequences: false)
            .joined(separator: "$$")
        self.pattern = pattern
        self.template = PatternTemplate(text ?? escaped, for: pattern)
        self.literal = RequiredLiteral(of: pattern)
        if pattern != .nothing, pattern.matches("") {
            node.reject(
                "pattern",
                because: "expected a regular expression that matches no empty text",
                remedy: "use + instead of *",
            )
        }
    }
}
