import Codecs
import Telemetry

/// Gathers the `__meta_kubernetes_*` labels of a target or of a group.
///
/// Source: Prometheus, `discovery/kubernetes/kubernetes.go`.
struct MetaLabels {
    /// What stands before each name.
    static let prefix = "__meta_kubernetes_"

    private var pairs: [(String, String)] = []

    /// The labels; of two that have the same name the later one stays, and empty ones are left out.
    var labels: LabelSet { LabelSet(self.pairs) }

    /// Adds a label by what stands behind the prefix; nil adds nothing.
    mutating func add(_ name: String, _ value: String?) {
        if let value { self.pairs.append((Self.prefix + name, value)) }
    }

    /// Adds a label by its whole name.
    mutating func add(whole name: String, _ value: String) { self.pairs.append((name, value)) }

    /// Adds all labels of another.
    mutating func add(_ others: MetaLabels) { self.pairs += others.pairs }

    /// Adds an object's name, labels and annotations.
    mutating func add(_ metadata: ObjectMetadata, of role: String) {
        self.add("\(role)_name", metadata.name)
        self.add(labelsOf: metadata, role)
    }

    /// Adds an object's labels and annotations.
    mutating func add(labelsOf metadata: ObjectMetadata, _ role: String) {
        self.pairs.reserveCapacity(
            self.pairs.count + 2 * (metadata.labels.count + metadata.annotations.count)
        )
        for (pairs, kind) in [(metadata.labels, "label"), (metadata.annotations, "annotation")] {
            for pair in pairs {
                let name = Self.sanitized(pair.key)
                self.add("\(role)_\(kind)_\(name)", pair.value)
                self.add("\(role)_\(kind)present_\(name)", "true")
            }
        }
    }

    /// A key with `_` for everything that a label's name may not have.
    static func sanitized(_ key: String) -> String {
        var name = ""
        name.reserveCapacity(key.utf8.count)
        for scalar in key.unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "_": name.unicodeScalars.append(scalar)
            default: name += "_"
            }
        }
        return name
    }

    /// Host and port; an IPv6 address is bracketed.
    static func address(_ host: String, _ port: Int) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
