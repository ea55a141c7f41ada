extension ConfigNode {
    /// Reads a list of values; wrong ones are noted and left out.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - syntax: How each value is written.
    ///   - values: What an absent list becomes.
    ///   - orSingle: Takes a single value for a list of one.
    ///   - summary: One line for the reference.
    /// - Returns: The values that are right.
    package mutating func list<Value>(
        _ key: String,
        of syntax: ScalarSyntax<Value>,
        default values: [Value] = [],
        orSingle: Bool = false,
        _ summary: String,
    ) -> [Value] {
        self.record(
            key,
            type: "list of \(syntax.name)",
            default: "[\(values.map(syntax.describe).joined(separator: ", "))]",
            summary: summary,
        )
        guard let node = self.take(key) else { return values }
        let path = self.path(to: key)
        return self.session.items(node, syntax, path: path, orSingle: orSingle) ?? values
    }

    /// Reads a list of texts.
    package mutating func strings(
        _ key: String,
        default values: [String] = [],
        orSingle: Bool = false,
        _ summary: String,
    ) -> [String] {
        self.list(key, of: .string(), default: values, orSingle: orSingle, summary)
    }

    /// Reads a mapping from names of the user's to values, in file order.
    package mutating func map<Value>(
        _ key: String,
        of syntax: ScalarSyntax<Value>,
        _ summary: String,
    ) -> [ConfigNamed<Value>] {
        self.record(key, type: "map to \(syntax.name)", default: "{}", summary: summary)
        return self.mapEntries(key).compactMap { name, node, location in
            self.session.convert(node, syntax, path: location.path)
                .map { ConfigNamed(name, $0, at: location) }
        }
    }

    /// Reads a mapping from names of the user's to texts, such as labels; `null` is the empty text.
    package mutating func stringMap(
        _ key: String,
        substitution: Substitution = .variables,
        _ summary: String,
    ) -> [ConfigNamed<String>] {
        var syntax = ScalarSyntax.string(substitution)
        syntax.takesNull = true
        return self.map(key, of: syntax, summary)
    }

    /// Reads a mapping from names of the user's to lists of values, such as URL parameters.
    package mutating func listMap<Value>(
        _ key: String,
        of syntax: ScalarSyntax<Value>,
        orSingle: Bool = false,
        _ summary: String,
    ) -> [ConfigNamed<[Value]>] {
        self.record(key, type: "map to lists of \(syntax.name)", default: "{}", summary: summary)
        return self.mapEntries(key).compactMap { name, node, location in
            self.session.items(node, syntax, path: location.path, orSingle: orSingle)
                .map { ConfigNamed(name, $0, at: location) }
        }
    }

    private mutating func mapEntries(
        _ key: String
    ) -> [(name: String, node: YAMLNode, location: ConfigLocation)] {
        guard let node = self.take(key) else { return [] }
        switch node.content {
        case .mapping(let entries):
            let parent = ConfigNode(self.session, entries, at: self.location(of: key))
            return entries.map { entry in
                let location = self.session.location(entry.mark, parent.path(to: entry.key))
                return (entry.key, self.session.node(entry.value), location)
            }
        case .scalar(_, isNull: true):
            return []
        case .scalar, .list:
            self.reject(key, because: "expected a mapping, found \(Found.kind(node))")
            return []
        }
    }
}

extension ConfigSession {
    /// The values of a list; nil when there is no list, and then a problem is noted if it is wrong.
    func items<Value>(
        _ node: YAMLNode,
        _ syntax: ScalarSyntax<Value>,
        path: String,
        orSingle: Bool,
    ) -> [Value]? {
        switch node.content {
        case .list(let items):
            return items.enumerated().compactMap { place, item in
                self.convert(self.node(item), syntax, path: "\(path)[\(place)]")
            }
        case .scalar(_, isNull: true):
            return nil
        case .scalar where orSingle:
            return self.convert(node, syntax, path: path).map { [$0] }
        case .scalar, .mapping:
            self.note(
                ConfigProblem(
                    at: self.location(node.mark, path),
                    "expected a list, found \(Found.kind(node))",
                    remedy: "write [a, b], or one item a line, each starting with `- `",
                )
            )
            return nil
        }
    }
}
