/// A few labels as text, sorted by name in byte order: a target's, or those of the configuration.
///
/// Series have theirs in a `SeriesTable`; this is for what is made once and shown to people.
public struct LabelSet: Sendable, Hashable {
    /// One label.
    public struct Label: Sendable, Hashable {
        /// The label's name.
        public let name: String
        /// The label's value; never empty inside a set.
        public let value: String
    }

    /// The labels in the order of their names' bytes.
    public private(set) var labels: [Label] = []

    /// Makes an empty set.
    public init() {}

    /// Makes a set of pairs; a later pair replaces an earlier one of the same name.
    public init(_ pairs: [(String, String)]) {
        // Sorted once: putting each of many in its place costs the square of their number.
        let sorted = pairs.enumerated().sorted { left, right in
            if Self.precedes(left.element.0, right.element.0) { return true }
            if Self.precedes(right.element.0, left.element.0) { return false }
            return left.offset < right.offset
        }
        for (place, pair) in sorted.enumerated() {
            let (name, value) = pair.element
            let next = place + 1
            let isReplaced =
                next < sorted.count && !Self.precedes(name, sorted[next].element.0)
            if isReplaced || value.isEmpty { continue }
            self.labels.append(Label(name: name, value: value))
        }
    }

    /// The labels with those of `others` whose names it does not have.
    public func filled(from others: LabelSet) -> LabelSet {
        var merged = LabelSet()
        merged.labels.reserveCapacity(self.labels.count + others.labels.count)
        var rest = others.labels[...]
        for label in self.labels {
            while let other = rest.first, Self.precedes(other.name, label.name) {
                merged.labels.append(other)
                rest.removeFirst()
            }
            if let other = rest.first, !Self.precedes(label.name, other.name) {
                rest.removeFirst()
            }
            merged.labels.append(label)
        }
        merged.labels.append(contentsOf: rest)
        return merged
    }

    /// The value of a label; setting nil or the empty text removes the label.
    public subscript(name: String) -> String? {
        get { self.labels.first { $0.name == name }?.value }
        set {
            let place = self.labels.firstIndex { !Self.precedes($0.name, name) }
            let found = place.map { self.labels[$0].name == name } ?? false
            if found, let place { self.labels.remove(at: place) }
            guard let newValue, !newValue.isEmpty else { return }
            self.labels.insert(
                Label(name: name, value: newValue),
                at: place ?? self.labels.endIndex,
            )
        }
    }

    /// Whether there is no label.
    public var isEmpty: Bool { self.labels.isEmpty }

    private static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}

extension LabelSet: ExpressibleByDictionaryLiteral, CustomStringConvertible {
    /// Makes a set of a literal's pairs; a later pair replaces an earlier one of the same name.
    public init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements)
    }

    /// The set as Prometheus writes it: `{a="1", b="2"}`.
    public var description: String {
        let inner = self.labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }
        return "{\(inner.joined(separator: ", "))}"
    }

    private static func escaped(_ value: String) -> String {
        var result = ""
        for character in value.unicodeScalars {
            switch character {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
