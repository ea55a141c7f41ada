import Codecs
import Config

/// Which labels or annotations of objects are shown, by their keys.
///
/// Source: kube-state-metrics 2.20, `--metric-labels-allowlist`.
struct AllowList: Sendable {
    /// Any text between two texts.
    private struct Pattern: Sendable {
        let prefix: String
        let suffix: String

        func matches(_ key: String) -> Bool {
            key.utf8.count >= self.prefix.utf8.count + self.suffix.utf8.count
                && key.hasPrefix(self.prefix) && key.hasSuffix(self.suffix)
        }
    }

    private var keys: Set<String> = []
    private var patterns: [Pattern] = []

    /// Whether nothing is shown.
    var isEmpty: Bool { self.keys.isEmpty && self.patterns.isEmpty }

    /// Reads a list of keys, in each of which one `*` may stand for any text.
    init(_ key: String, from node: inout ConfigNode, _ summary: String) {
        let entries = node.strings(
            key,
            "\(summary): keys, each with one * for any text at the most; none if empty.",
        )
        for entry in entries {
            let parts = entry.split(separator: "*", omittingEmptySubsequences: false)
            switch parts.count {
            case 1: self.keys.insert(entry)
            case 2:
                self.patterns.append(Pattern(prefix: String(parts[0]), suffix: String(parts[1])))
            default: node.reject(key, because: "`\(entry)` has more than one *")
            }
        }
    }

    /// The pairs that are shown, under names for labels: `PREFIX_KEY`.
    func shown(_ prefix: String, _ pairs: [ObjectMetadata.Pair]) -> [ObjectMetadata.Pair] {
        let shown = pairs.filter { self.allows($0.key) }
        let names = LabelName.unique(prefix, shown.map(\.key))
        return zip(names, shown).map { ObjectMetadata.Pair($0, $1.value) }
    }

    private func allows(_ key: String) -> Bool {
        self.keys.contains(key) || self.patterns.contains { $0.matches(key) }
    }
}
