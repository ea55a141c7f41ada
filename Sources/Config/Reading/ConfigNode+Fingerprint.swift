extension ConfigNode {
    /// The most nodes that a fingerprint looks at; aliases may make a small file a large tree.
    private static var fingerprintNodes: Int { ConfigLimits.nodes }

    /// A text that two readings of a section share as long as the file says the same there.
    ///
    /// Tells at a reload what has changed. Comments, layout and the order of keys do not matter;
    /// secrets go in as a hash with everything else. It is not stable from one process to the next.
    package func fingerprint(of key: String) -> Int {
        var hasher = Hasher()
        var budget = Self.fingerprintNodes
        if let entry = self.entries.first(where: { $0.key == key }) {
            self.hash(self.session.node(entry.value), into: &hasher, &budget)
        }
        return hasher.finalize()
    }

    private func hash(_ node: YAMLNode, into hasher: inout Hasher, _ budget: inout Int) {
        budget -= 1
        if budget < 0 { return }
        switch node.content {
        case .scalar(let text, let isNull):
            hasher.combine(text)
            hasher.combine(isNull)
        case .list(let items):
            hasher.combine(items.count)
            for item in items { self.hash(self.session.node(item), into: &hasher, &budget) }
        case .mapping(let entries):
            hasher.combine(-1 - entries.count)
            for entry in entries.sorted(by: { $0.key < $1.key }) {
                hasher.combine(entry.key)
                self.hash(self.session.node(entry.value), into: &hasher, &budget)
            }
        }
    }
}
