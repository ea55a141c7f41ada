/// Names that are meant by a list, in each of which one `*` may stand for any text.
package struct NameList: Sendable, Hashable {
    private struct Pattern: Sendable, Hashable {
        let prefix: String
        let suffix: String

        func matches(_ name: String) -> Bool {
            name.utf8.count >= self.prefix.utf8.count + self.suffix.utf8.count
                && name.hasPrefix(self.prefix) && name.hasSuffix(self.suffix)
        }
    }

    private var names: Set<String> = []
    private var patterns: [Pattern] = []

    /// Means nothing, or what is listed; entries with more than one `*` are left out.
    package init(_ entries: [String] = []) {
        for entry in entries { _ = self.add(entry) }
    }

    /// Whether no name is meant.
    package var isEmpty: Bool { self.names.isEmpty && self.patterns.isEmpty }

    /// Whether `name` is meant.
    package func contains(_ name: String) -> Bool {
        self.names.contains(name) || self.patterns.contains { $0.matches(name) }
    }

    fileprivate mutating func add(_ entry: String) -> Bool {
        let parts = entry.split(separator: "*", omittingEmptySubsequences: false)
        switch parts.count {
        case 1: self.names.insert(entry)
        case 2: self.patterns.append(Pattern(prefix: String(parts[0]), suffix: String(parts[1])))
        default: return false
        }
        return true
    }
}

extension ConfigNode {
    /// Reads a list of names, in each of which one `*` may stand for any text.
    package mutating func names(
        _ key: String,
        default value: [String] = [],
        _ summary: String,
    ) -> NameList {
        var list = NameList()
        for entry in self.strings(key, default: value, summary) where !list.add(entry) {
            self.reject(key, because: "`\(entry)` has more than one *")
        }
        return list
    }
}
