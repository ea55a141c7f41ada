package import Config
package import Patterns

/// One entry of `relabel_configs`, `metric_relabel_configs` or `write_relabel_configs`.
///
/// Source: Prometheus, `model/relabel/relabel.go`.
package struct RelabelRule: Sendable, Hashable {
    /// What a rule does.
    package enum Action: String, Sendable, CaseIterable {
        case replace
        case keep
        case drop
        case keepequal
        case dropequal
        case hashmod
        case labelmap
        case labeldrop
        case labelkeep
        case lowercase
        case uppercase

        /// Whether the rule writes, or compares with, `target_label`.
        var needsTarget: Bool {
            switch self {
            case .replace, .hashmod, .lowercase, .uppercase, .keepequal, .dropequal: true
            case .keep, .drop, .labelmap, .labeldrop, .labelkeep: false
            }
        }
    }

    /// What the rule does.
    package let action: Action
    /// The labels whose values are joined.
    package let sourceLabels: [String]
    /// What stands between the joined values.
    package let separator: String
    /// What the joined value, or a label's name, must match as a whole.
    package let pattern: Pattern
    /// What `hashmod` divides by; 0 for other actions.
    package let modulus: Int
    /// The label that is written; references to groups are put in.
    package let target: PatternTemplate
    /// What is written; references to groups are put in.
    package let replacement: PatternTemplate

    /// Describes a rule; the defaults are Prometheus's.
    package init(
        _ action: Action,
        sourceLabels: [String] = [],
        separator: String = ";",
        pattern: Pattern,
        modulus: Int = 0,
        target: String = "",
        replacement: String = "$1",
    ) {
        self.action = action
        self.sourceLabels = sourceLabels
        self.separator = separator
        self.pattern = pattern
        self.modulus = modulus
        self.target = PatternTemplate(target, for: pattern)
        self.replacement = PatternTemplate(replacement, for: pattern)
    }
}

extension RelabelRule: ComponentOptions {
    /// Reads one entry; what an action can't use is an error, as in Prometheus.
    package init(from node: inout ConfigNode) throws(ConfigError) {
        let action: Action = node.choice(
            "action",
            default: .replace,
            ignoringCase: true,
            "What the rule does.",
        )
        let whole = try Self.defaultPattern(node.location)
        self.init(
            action,
            sourceLabels: node.strings("source_labels", "The labels whose values are joined."),
            separator: node.rawString(
                "separator",
                default: ";",
                "What stands between the joined values.",
            ),
            pattern: node.pattern(
                "regex",
                anchored: true,
                default: whole,
                "What the joined value must match as a whole.",
            ),
            modulus: node.int("modulus", default: 0, in: 0 ... .max, "What hashmod divides by."),
            target: node.rawString("target_label", default: "", "The label that is written."),
            replacement: node.rawString("replacement", default: "$1", "What is written."),
        )
        self.check(node)
    }

    private static func defaultPattern(_ location: ConfigLocation) throws(ConfigError) -> Pattern {
        do {
            return try Pattern("(.*)", anchored: true)
        } catch {
            throw ConfigError(at: location, "the default pattern: \(error)")
        }
    }

    private func check(_ node: borrowing ConfigNode) {
        let name = self.action.rawValue
        if self.action.needsTarget, self.target.text.isEmpty {
            node.reject(
                "target_label",
                because: "expected a label name for the action \(name), found nothing",
                remedy: "add the key target_label",
            )
        }
        if self.action == .hashmod, self.modulus == 0 {
            node.reject(
                "modulus",
                because: "expected a number above 0 for the action hashmod, found none",
                remedy: "add the key modulus",
            )
        }
        for key in self.uselessKeys where node.isPresent(key) {
            node.reject(
                key,
                because: "expected no \(key) with the action \(name)",
                remedy: "remove the key \(key)",
            )
        }
    }

    private var uselessKeys: [String] {
        switch self.action {
        case .keepequal, .dropequal: ["regex", "separator", "replacement", "modulus"]
        case .labeldrop, .labelkeep:
            ["source_labels", "separator", "target_label", "modulus", "replacement"]
        case .lowercase, .uppercase: ["replacement"]
        case .replace, .keep, .drop, .hashmod, .labelmap: []
        }
    }
}
