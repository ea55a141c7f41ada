import Config
import Patterns

/// Which devices a collector covers: all but those excluded, or only those included.
///
/// Source: node_exporter, `collector/device_filter.go`; patterns match any part of a name.
struct DeviceFilter: Sendable {
    private let include: Pattern?
    private let exclude: Pattern?

    /// Leaves out what `exclude` matches and, if there is one, what `include` does not match.
    init(include: Pattern? = nil, exclude: Pattern? = nil) {
        self.include = include
        self.exclude = exclude
    }

    /// Reads the pair of keys `NAME_include` and `NAME_exclude`, of which one may be given.
    ///
    /// `fallback` is excluded when neither is given. An empty pattern is none.
    init(
        _ name: String,
        from node: inout ConfigNode,
        excluding fallback: String = "",
        _ things: String,
    ) {
        let includeKey = "\(name)_include"
        let excludeKey = "\(name)_exclude"
        let include = node.pattern(
            includeKey,
            anchored: false,
            "Regular expression of \(things) to include; not together with `\(excludeKey)`.",
        )
        let exclude = node.string(
            excludeKey,
            default: fallback,
            "Regular expression of \(things) to exclude; not together with `\(includeKey)`.",
        )
        let wanted = include.flatMap { $0.text.isEmpty ? nil : $0 }
        let isExcludeGiven = node.isPresent(excludeKey) && !exclude.isEmpty
        if wanted != nil, isExcludeGiven {
            node.reject(
                includeKey,
                because: "\(includeKey) and \(excludeKey) are mutually exclusive",
                remedy: "leave one of them out",
            )
        }
        self.include = wanted
        self.exclude =
            wanted != nil || exclude.isEmpty ? nil : Self.compiled(exclude, excludeKey, node)
    }

    private static func compiled(
        _ text: String,
        _ key: String,
        _ node: borrowing ConfigNode,
    ) -> Pattern? {
        do {
            return try Pattern(text)
        } catch {
            node.reject(key, because: error.description)
            return nil
        }
    }

    /// Whether the collector leaves `name` out.
    func ignores(_ name: Span<UInt8>) -> Bool {
        if let exclude = self.exclude, exclude.matches(name) { return true }
        if let include = self.include, !include.matches(name) { return true }
        return false
    }

    /// Whether the collector leaves `name` out.
    func ignores(_ name: String) -> Bool {
        if let exclude = self.exclude, exclude.matches(name) { return true }
        if let include = self.include, !include.matches(name) { return true }
        return false
    }
}
