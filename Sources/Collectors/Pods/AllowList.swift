import Codecs
import Config

/// Which labels or annotations of objects are shown, by their keys.
///
/// Source: kube-state-metrics 2.20, `--metric-labels-allowlist`.
struct AllowList: Sendable {
    private let keys: NameList

    /// Whether nothing is shown.
    var isEmpty: Bool { self.keys.isEmpty }

    /// Reads a list of keys, in each of which one `*` may stand for any text.
    init(_ key: String, from node: inout ConfigNode, _ summary: String) {
        self.keys = node.names(
            key,
            "\(summary): keys, each with one * for any text at the most; none if empty.",
        )
    }

    /// The pairs that are shown, under names for labels: `PREFIX_KEY`.
    func shown(_ prefix: String, _ pairs: [ObjectMetadata.Pair]) -> [ObjectMetadata.Pair] {
        let shown = pairs.filter { self.keys.contains($0.key) }
        let names = LabelName.unique(prefix, shown.map(\.key))
        return zip(names, shown).map { ObjectMetadata.Pair($0, $1.value) }
    }
}
