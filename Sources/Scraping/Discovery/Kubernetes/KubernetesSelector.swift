import Config

/// One entry of `selectors` of `kubernetes_sd_configs`.
package struct KubernetesSelector: Sendable, Hashable {
    /// The role whose objects are selected.
    package var role: KubernetesRole
    /// Which labels they must have, such as `app in (web,api)`.
    package var label: String
    /// Which fields they must have, such as `spec.nodeName=node1`.
    package var field: String

    /// Describes a selector.
    package init(_ role: KubernetesRole, label: String = "", field: String = "") {
        self.role = role
        self.label = label
        self.field = field
    }

    init(from node: inout ConfigNode) {
        self.init(
            node.requiredChoice(
                "role",
                of: KubernetesRole.self,
                "The role whose objects are selected.",
            ),
            label: node.string("label", default: "", "A label selector."),
            field: node.string("field", default: "", "A field selector."),
        )
        if !Self.isFieldSelector(self.field) {
            node.reject("field", expected: "a field selector, such as spec.nodeName=node1")
        }
        if !Self.isLabelSelector(self.label) {
            node.reject("label", expected: "a label selector, such as app in (web,api)")
        }
    }

    /// Whether a text is fields and values with `=`, `==` or `!=` between them.
    static func isFieldSelector(_ text: String) -> Bool {
        text.split(separator: ",").allSatisfy { term in
            guard let sign = term.firstIndex(of: "=") else { return false }
            return sign > term.startIndex && term[..<sign] != "!"
        }
    }

    /// Whether a text is what the API takes as a label selector.
    ///
    /// Source: Kubernetes, `apimachinery/pkg/labels/selector.go`.
    static func isLabelSelector(_ text: String) -> Bool {
        self.requirements(text).allSatisfy { self.isRequirement($0) }
    }

    /// The parts between commas outside of parentheses; none of an empty text.
    private static func requirements(_ text: String) -> [Substring] {
        if text.allSatisfy({ $0 == " " }) { return [] }
        var parts: [Substring] = []
        var depth = 0
        var start = text.startIndex
        for index in text.indices {
            switch text[index] {
            case "(": depth += 1
            case ")": depth -= 1
            case "," where depth == 0:
                parts.append(text[start..<index])
                start = text.index(after: index)
            default: break
            }
        }
        return parts + [text[start...]]
    }

    private static func isRequirement(_ text: Substring) -> Bool {
        for sign in ["!=", "==", "=", ">", "<"] {
            guard let range = text.firstRange(of: sign) else { continue }
            let value = self.trimmed(text[range.upperBound...])
            let isNumber = sign != ">" && sign != "<" || Int(value) != nil
            return range.lowerBound > text.startIndex && isNumber
                && self.isKey(self.trimmed(text[..<range.lowerBound])) && self.isValue(value)
        }
        var words = text.split(separator: " ", maxSplits: 1)
        if words.count == 1, words[0].hasPrefix("!") { return self.isKey(words[0].dropFirst()) }
        guard let key = words.first, self.isKey(key) else { return false }
        if words.count == 1 { return true }
        let rest = self.trimmed(words.removeLast())
        guard let word = ["notin", "in"].first(where: { rest.hasPrefix($0) }) else { return false }
        let set = self.trimmed(rest.dropFirst(word.count))
        return set.hasPrefix("(") && set.hasSuffix(")")
            && set.dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false)
                .allSatisfy { self.isValue(self.trimmed($0)) }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return text
    }

    private static func isKey(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { self.isPlain($0) || $0 == UInt8(ascii: "/") }
    }

    private static func isValue(_ text: Substring) -> Bool {
        text.utf8.count <= 63 && text.utf8.allSatisfy { self.isPlain($0) }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 <= 9 || "-_.".utf8.contains(byte)
    }
}
