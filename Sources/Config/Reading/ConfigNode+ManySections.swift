/// One of the shapes that a section can have, told apart by a key such as `type`.
package struct ConfigVariant<Value>: Sendable {
    /// What the key says, such as `elasticsearch`.
    package let name: String
    /// One line for the reference.
    package let summary: String
    /// Reads the rest of the section.
    package let read: @Sendable (inout ConfigNode) throws(ConfigError) -> Value

    /// Describes a shape.
    package init(
        _ name: String,
        _ summary: String,
        read: @escaping @Sendable (inout ConfigNode) throws(ConfigError) -> Value,
    ) {
        self.name = name
        self.summary = summary
        self.read = read
    }
}

extension ConfigNode {
    /// Reads a list of sections; those that fail are noted and left out.
    package mutating func sections<Value>(
        _ key: String,
        _ summary: String,
        read: ConfigReader<Value>,
    ) -> [Value] {
        self.record(key, type: "list of sections", default: "[]", summary: summary)
        guard self.session.recorder == nil else {
            _ = self.recordChild("\(self.path(to: key))[]", read)
            return []
        }
        var values: [Value] = []
        for (place, item) in self.takeItems(key).enumerated() {
            let path = "\(self.path(to: key))[\(place)]"
            guard let entries = self.sectionEntries(item, path: path) else { continue }
            let location = self.session.location(item.mark, path)
            let child = ConfigNode(self.session, entries, at: location)
            if let value = self.run(child, read) { values.append(value) }
        }
        return values
    }

    /// Reads a mapping from names of the user's to sections, in file order.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - placeholder: What the reference shows for a name, such as `NAME`.
    ///   - summary: One line for the reference.
    ///   - read: Reads one section; `{}` and `null` have every default.
    /// - Returns: What was read; sections that failed are noted and left out.
    package mutating func namedSections<Value>(
        _ key: String,
        placeholder: String,
        _ summary: String,
        read: (String, inout ConfigNode) throws(ConfigError) -> Value,
    ) -> [ConfigNamed<Value>] {
        self.record(key, type: "map to sections", default: "{}", summary: summary)
        let path = self.path(to: key)
        guard self.session.recorder == nil else {
            _ = self.recordChild("\(path).<\(placeholder)>") { node throws(ConfigError) in
                try read(placeholder, &node)
            }
            return []
        }
        guard case .mapping(let entries) = self.takeSection(key) else { return [] }
        let parent = ConfigNode(self.session, entries, at: self.location(of: key))
        var values: [ConfigNamed<Value>] = []
        for entry in entries {
            let path = parent.path(to: entry.key)
            let node = self.session.node(entry.value)
            guard let inner = self.sectionEntries(node, path: path) else { continue }
            let location = self.session.location(entry.mark, path)
            let child = ConfigNode(self.session, inner, at: location)
            let value = self.run(child) { node throws(ConfigError) in try read(entry.key, &node) }
            if let value { values.append(ConfigNamed(entry.key, value, at: location)) }
        }
        return values
    }

    /// Reads a list of sections of several shapes, such as sinks by their `type`.
    ///
    /// - Parameters:
    ///   - key: The key of the list.
    ///   - tag: The key in each section that says which shape it has.
    ///   - variants: The shapes, in the order of the reference.
    ///   - summary: One line for the reference.
    /// - Returns: What was read; sections that failed are noted and left out.
    package mutating func variants<Value>(
        _ key: String,
        by tag: String,
        of variants: [ConfigVariant<Value>],
        _ summary: String,
    ) -> [Value] {
        let names = variants.map(\.name)
        guard self.session.recorder != nil else {
            return self.sections(key, summary) { node throws(ConfigError) -> Value? in
                let syntax = ScalarSyntax<String>.choice(of: names)
                let reading = node.read(tag, syntax)
                if case .value(let name) = reading,
                    let variant = variants.first(where: { $0.name == name })
                {
                    return try variant.read(&node)
                }
                if case .absent = reading { node.noteMissing(tag, syntax.expectation) }
                // The other keys have no meaning without it, so none of them is unknown.
                node.takeAll()
                return nil
            }.compactMap(\.self)
        }
        self.record(key, type: "list of sections", default: "[]", summary: summary)
        let path = self.path(to: key)
        for variant in variants {
            let child = self.child("\(path)[\(tag)=\(variant.name)]")
            child.record(tag, type: variant.name, summary: variant.summary, isRequired: true)
            _ = self.recordChild("\(path)[\(tag)=\(variant.name)]", variant.read)
        }
        return []
    }

    private mutating func takeItems(_ key: String) -> [YAMLNode] {
        guard let node = self.take(key) else { return [] }
        switch node.content {
        case .list(let items):
            return items.map(self.session.node)
        case .scalar(_, isNull: true):
            return []
        case .scalar, .mapping:
            self.reject(
                key,
                because: "expected a list of mappings, found \(Found.kind(node))",
                remedy: "start each item with `- `",
            )
            return []
        }
    }

    /// The entries of a value that should be a mapping; nil when it is not, and that is noted.
    private func sectionEntries(_ node: YAMLNode, path: String) -> [YAMLEntry]? {
        switch node.content {
        case .mapping(let entries):
            return entries
        case .scalar(_, isNull: true):
            return []
        case .scalar, .list:
            self.session.note(
                ConfigProblem(
                    at: self.session.location(node.mark, path),
                    "expected a mapping, found \(Found.kind(node))",
                )
            )
            return nil
        }
    }
}
