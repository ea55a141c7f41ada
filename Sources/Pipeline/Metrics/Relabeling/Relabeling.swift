import Bytes
import Patterns
package import Telemetry

/// A list of relabeling rules, applied in order until one drops the labels.
package struct Relabeling: Sendable, Hashable {
    /// What became of a label set.
    package enum Verdict: Sendable, Hashable {
        case kept
        /// Dropped by the rule at this place, from 0.
        case dropped(rule: Int)
    }

    /// Memory that applications of rules share.
    package struct Scratch: ~Copyable {
        var joined = OutputBuffer(capacity: 256)
        var captures: [Range<Int>?] = []

        /// Makes empty scratch.
        package init() {}

        /// Finds the groups of a rule's pattern in the joined value.
        mutating func match(_ rule: RelabelRule) -> Bool {
            var captures: [Range<Int>?] = []
            swap(&captures, &self.captures)
            defer { swap(&captures, &self.captures) }
            return rule.pattern.captures(in: self.joined.span, into: &captures)
        }
    }

    /// The rules.
    package let rules: [RelabelRule]
    /// Whether label names are held to `[a-zA-Z_][a-zA-Z0-9_]*` instead of any UTF-8.
    package let legacyNames: Bool

    /// Makes a list of rules.
    package init(_ rules: [RelabelRule] = [], legacyNames: Bool = false) {
        self.rules = rules
        self.legacyNames = legacyNames
    }

    /// Whether there is nothing to apply.
    package var isEmpty: Bool { self.rules.isEmpty }

    /// Applies the rules; labels of a dropped set are left as the rule found them.
    package func apply(
        to labels: inout LabelBuilder,
        scratch: inout Scratch,
    ) -> Verdict {
        for (place, rule) in self.rules.enumerated()
        where !self.apply(rule, to: &labels, scratch: &scratch) {
            return .dropped(rule: place)
        }
        return .kept
    }

    /// Applies one rule; says whether the labels are kept.
    private func apply(
        _ rule: RelabelRule,
        to labels: inout LabelBuilder,
        scratch: inout Scratch,
    ) -> Bool {
        switch rule.action {
        case .labelmap:
            self.map(rule, &labels, &scratch)
            return true
        case .labeldrop, .labelkeep:
            Self.filter(rule, &labels)
            return true
        default:
            break
        }
        Self.join(rule, labels, into: &scratch.joined)
        switch rule.action {
        case .keep: return rule.pattern.matches(scratch.joined.span)
        case .drop: return !rule.pattern.matches(scratch.joined.span)
        case .keepequal: return Self.equalsTarget(rule, labels, scratch.joined)
        case .dropequal: return !Self.equalsTarget(rule, labels, scratch.joined)
        case .replace: self.replace(rule, &labels, &scratch)
        case .hashmod:
            let modulus = UInt64(max(rule.modulus, 1))
            let place = MD5.lastHalf(of: scratch.joined.span) % modulus
            labels.set(rule.target.text, "\(place)")
        case .lowercase: labels.set(rule.target.text, scratch.joined.text.lowercased())
        case .uppercase: labels.set(rule.target.text, scratch.joined.text.uppercased())
        case .labelmap, .labeldrop, .labelkeep: break
        }
        return true
    }

    private static func join(
        _ rule: RelabelRule,
        _ labels: borrowing LabelBuilder,
        into joined: inout OutputBuffer,
    ) {
        joined.removeAll()
        for (place, name) in rule.sourceLabels.enumerated() {
            if place > 0 { joined.append(rule.separator) }
            guard let index = labels.index(of: name) else { continue }
            joined.append(labels.text.span.extracting(labels.entries[index].value))
        }
    }

    private static func equalsTarget(
        _ rule: RelabelRule,
        _ labels: borrowing LabelBuilder,
        _ joined: borrowing OutputBuffer,
    ) -> Bool {
        guard let index = labels.index(of: rule.target.text) else { return joined.isEmpty }
        return labels.text.span.extracting(labels.entries[index].value).equals(joined.span)
    }

    private func replace(
        _ rule: RelabelRule,
        _ labels: inout LabelBuilder,
        _ scratch: inout Scratch,
    ) {
        guard scratch.match(rule) else { return }
        let start = labels.text.count
        rule.target.expand(scratch.joined.span, captures: scratch.captures, into: &labels.text)
        let middle = labels.text.count
        guard self.isValidName(start..<middle, labels) else { return }
        rule.replacement.expand(
            scratch.joined.span,
            captures: scratch.captures,
            into: &labels.text,
        )
        labels.set(nameAt: start..<middle, valueAt: middle..<labels.text.count)
    }

    /// Copies labels to other names; looks only at the labels that were there at the start.
    private func map(
        _ rule: RelabelRule,
        _ labels: inout LabelBuilder,
        _ scratch: inout Scratch,
    ) {
        labels.sort()
        for entry in labels.entries {
            scratch.joined.removeAll()
            scratch.joined.append(labels.text.span.extracting(entry.name))
            guard scratch.match(rule) else { continue }
            let start = labels.text.count
            rule.replacement.expand(
                scratch.joined.span,
                captures: scratch.captures,
                into: &labels.text,
            )
            if start == labels.text.count { continue }
            labels.set(nameAt: start..<labels.text.count, valueAt: entry.value)
        }
    }

    private static func filter(_ rule: RelabelRule, _ labels: inout LabelBuilder) {
        var index = 0
        while index < labels.count {
            if Self.matchesName(rule, labels, index) == (rule.action == .labeldrop) {
                labels.remove(at: index)
            } else {
                index += 1
            }
        }
    }

    private static func matchesName(
        _ rule: RelabelRule,
        _ labels: borrowing LabelBuilder,
        _ index: Int,
    ) -> Bool {
        rule.pattern.matches(labels.text.span.extracting(labels.entries[index].name))
    }

    private func isValidName(_ range: Range<Int>, _ labels: borrowing LabelBuilder) -> Bool {
        let name = labels.text.span.extracting(range)
        if name.isEmpty { return false }
        if !self.legacyNames { return name.isValidUTF8 }
        for index in 0..<name.count {
            let byte = name[index]
            let isLetter = (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_")
            if !isLetter, index == 0 || byte &- 0x30 > 9 { return false }
        }
        return true
    }
}
