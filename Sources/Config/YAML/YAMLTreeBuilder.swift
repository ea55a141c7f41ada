/// Builds a tree from libyaml's events: anchors, merge keys, duplicate keys and limits.
struct YAMLTreeBuilder: ~Copyable {
    private let file: String
    private var events: YAMLEvents
    private var tree = YAMLTree()
    // How many nodes each node stands for with its aliases followed; parallel to `tree.nodes`.
    private var weights: [Int] = []
    private var anchors: [String: Int] = [:]
    // Anchors whose mapping or list has not ended: an alias to one would be a cycle.
    private var openAnchors: Set<String> = []
    private var mergedEntries = 0
    private var problems: [ConfigProblem] = []

    init(_ events: consuming YAMLEvents, file: String) {
        self.events = events
        self.file = file
    }

    /// Reads the one document of a stream.
    ///
    /// - Returns: The tree, nil when the stream holds no document, and the problems that did not
    ///   keep it from being built.
    /// - Throws: `ConfigError` for what does.
    mutating func build() throws(ConfigError) -> (tree: YAMLTree?, problems: [ConfigProblem]) {
        var event = try self.next()
        guard case .documentStart = event.kind else { return (nil, []) }
        event = try self.next()
        let isEmpty: Bool =
            if case .scalar(let text, nil, _, isPlain: true) = event.kind {
                text.isEmpty
            } else {
                false
            }
        self.tree.root = try self.value(event, depth: 0)
        let rest = try self.next()
        if case .documentStart = rest.kind {
            throw self.error(
                rest.mark,
                "expected one document, found a second one",
                remedy: "put everything under one set of keys and remove the `---` before this",
            )
        }
        return (isEmpty ? nil : self.tree, self.problems)
    }

    private mutating func value(_ event: YAMLEvent, depth: Int) throws(ConfigError) -> Int {
        guard depth <= ConfigLimits.depth else {
            throw self.error(
                event.mark,
                "expected at most \(ConfigLimits.depth) levels of nesting, found more",
                remedy: "check the brackets and the indentation",
            )
        }
        switch event.kind {
        case .scalar(let text, let tag, let anchor, let isPlain):
            try self.check(tag, event.mark)
            let isNull = isPlain && tag == nil && Self.nullTexts.contains(text)
            let node = YAMLNode(content: .scalar(text, isNull: isNull), mark: event.mark)
            let index = try self.add(node, weight: 1)
            if let anchor { self.anchors[anchor] = index }
            return index
        case .alias(let anchor):
            return try self.alias(anchor, event.mark)
        case .listStart(let tag, let anchor):
            try self.check(tag, event.mark)
            return try self.list(event.mark, anchor: anchor, depth: depth)
        case .mappingStart(let tag, let anchor):
            try self.check(tag, event.mark)
            return try self.mapping(event.mark, anchor: anchor, depth: depth)
        case .documentStart, .streamEnd, .listEnd, .mappingEnd:
            throw self.error(event.mark, "expected a value, found the end of one")
        }
    }

    private mutating func list(
        _ mark: YAMLMark,
        anchor: String?,
        depth: Int,
    ) throws(ConfigError) -> Int {
        if let anchor { self.openAnchors.insert(anchor) }
        var items: [Int] = []
        var weight = 1
        while true {
            let event = try self.next()
            if case .listEnd = event.kind { break }
            let item = try self.value(event, depth: depth + 1)
            items.append(item)
            weight += self.weights[item]
            try self.checkWeight(weight, event.mark)
        }
        return try self.close(
            YAMLNode(content: .list(items), mark: mark),
            weight: weight,
            anchor: anchor,
        )
    }

    private mutating func mapping(
        _ mark: YAMLMark,
        anchor: String?,
        depth: Int,
    ) throws(ConfigError) -> Int {
        if let anchor { self.openAnchors.insert(anchor) }
        var draft = YAMLMappingDraft()
        var weight = 1
        while true {
            let event = try self.next()
            if case .mappingEnd = event.kind { break }
            let (key, isPlain) = try self.key(event)
            let valueEvent = try self.next()
            let value = try self.value(valueEvent, depth: depth + 1)
            if key == "<<", isPlain {
                draft.merges.append((value, valueEvent.mark))
                continue
            }
            let entry = YAMLEntry(key: key, mark: event.mark, value: value)
            weight += self.weights[value]
            try self.checkWeight(weight, event.mark)
            if let first = draft.add(entry) { self.noteDuplicate(entry, first: first) }
        }
        for (source, place) in draft.merges {
            weight += try self.merge(source, into: &draft, place)
            try self.checkWeight(weight, place)
        }
        return try self.close(
            YAMLNode(content: .mapping(draft.entries), mark: mark),
            weight: weight,
            anchor: anchor,
        )
    }

    private mutating func key(_ event: YAMLEvent) throws(ConfigError) -> (String, isPlain: Bool) {
        switch event.kind {
        case .scalar(let text, let tag, let anchor, let isPlain):
            try self.check(tag, event.mark)
            if let anchor {
                let node = YAMLNode(content: .scalar(text, isNull: false), mark: event.mark)
                self.anchors[anchor] = try self.add(node, weight: 1)
            }
            return (text, isPlain)
        case .alias(let anchor):
            let index = try self.alias(anchor, event.mark)
            if case .scalar(let text, _) = self.tree.nodes[index].content { return (text, false) }
        default:
            break
        }
        throw self.error(
            event.mark,
            "expected a name as the key, found a list or a mapping",
            remedy: "quote the key, or a value that starts with { or [",
        )
    }

    /// Adds what a merge key brings and returns the weight of what it added.
    private mutating func merge(
        _ source: Int,
        into draft: inout YAMLMappingDraft,
        _ place: YAMLMark,
    ) throws(ConfigError) -> Int {
        let sources: [Int] =
            if case .list(let items) = self.tree.nodes[source].content { items } else { [source] }
        var weight = 0
        for source in sources {
            guard case .mapping(let entries) = self.tree.nodes[source].content else {
                throw self.error(
                    place,
                    "expected a mapping or a list of mappings after <<, found something else",
                    remedy: "name an anchor of a mapping, as in <<: *defaults",
                )
            }
            self.mergedEntries += entries.count
            try self.checkWeight(self.mergedEntries, place)
            for entry in entries where draft.add(entry) == nil {
                weight += self.weights[entry.value]
            }
        }
        return weight
    }

    private mutating func alias(_ anchor: String, _ mark: YAMLMark) throws(ConfigError) -> Int {
        if self.openAnchors.contains(anchor) {
            throw self.error(
                mark,
                "expected an alias of something before it, found *\(anchor) inside &\(anchor)",
                remedy: "a value can't contain itself",
            )
        }
        guard let index = self.anchors[anchor] else {
            throw self.error(
                mark,
                "found the alias *\(anchor), but no anchor &\(anchor) before it",
                remedy: "define the anchor first, or quote a value that starts with *",
            )
        }
        return index
    }

    private mutating func close(
        _ node: YAMLNode,
        weight: Int,
        anchor: String?,
    ) throws(ConfigError) -> Int {
        let index = try self.add(node, weight: weight)
        if let anchor {
            self.openAnchors.remove(anchor)
            self.anchors[anchor] = index
        }
        return index
    }

    private mutating func add(_ node: YAMLNode, weight: Int) throws(ConfigError) -> Int {
        try self.checkWeight(self.tree.nodes.count + 1, node.mark)
        self.tree.nodes.append(node)
        self.weights.append(weight)
        return self.tree.nodes.count - 1
    }

    private func checkWeight(_ weight: Int, _ mark: YAMLMark) throws(ConfigError) {
        guard weight > ConfigLimits.nodes else { return }
        throw self.error(
            mark,
            "expected at most \(ConfigLimits.nodes) values with aliases followed, found more",
            remedy: "use fewer values, or check what the aliases repeat",
        )
    }

    private func check(_ tag: String?, _ mark: YAMLMark) throws(ConfigError) {
        guard let tag, !Self.coreTags.contains(tag) else { return }
        throw self.error(
            mark,
            "expected a plain value, found the tag \(Shown.quoted(tag))",
            remedy: "remove the tag, or quote a value that starts with !",
        )
    }

    private mutating func noteDuplicate(_ entry: YAMLEntry, first: YAMLMark) {
        let location = ConfigLocation(
            file: self.file,
            line: entry.mark.line,
            column: entry.mark.column,
        )
        self.problems.append(
            ConfigProblem(
                at: location,
                "expected each key once, found \(Shown.quoted(entry.key)) again: the first is at "
                    + "line \(first.line), column \(first.column)",
                remedy: "keep one of the two",
            )
        )
    }

    private mutating func next() throws(ConfigError) -> YAMLEvent {
        do {
            return try self.events.next()
        } catch {
            throw YAMLRemedies.error(error, file: self.file)
        }
    }

    private func error(_ mark: YAMLMark, _ message: String, remedy: String = "") -> ConfigError {
        ConfigError(
            at: ConfigLocation(file: self.file, line: mark.line, column: mark.column),
            message,
            remedy: remedy,
        )
    }

    private static let nullTexts: Set<String> = ["", "~", "null", "Null", "NULL"]

    private static let coreTags: Set<String> = [
        "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:int", "tag:yaml.org,2002:float",
        "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null", "tag:yaml.org,2002:seq",
        "tag:yaml.org,2002:map",
    ]
}

/// A mapping while its keys are read.
private struct YAMLMappingDraft {
    private(set) var entries: [YAMLEntry] = []
    var merges: [(source: Int, place: YAMLMark)] = []
    private var firstMarks: [String: YAMLMark] = [:]

    /// Adds an entry unless its key is there; then returns where.
    mutating func add(_ entry: YAMLEntry) -> YAMLMark? {
        if let first = self.firstMarks[entry.key] { return first }
        self.firstMarks[entry.key] = entry.mark
        self.entries.append(entry)
        return nil
    }
}
