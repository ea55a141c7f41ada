/// A configuration file as values with places, before anything gives them meaning.
package struct ConfigDocument: Sendable {
    /// The file's path as given; empty for the built-in defaults.
    package let file: String
    /// What `${NAME}` refers to.
    package let environment: [String: String]
    /// Nil for the built-in defaults.
    let tree: YAMLTree?
    /// What is wrong with the file as YAML, such as a key that stands twice.
    let problems: [ConfigProblem]

    /// A configuration without a file, in which every key has its default.
    package static func defaults(environment: [String: String]) -> ConfigDocument {
        ConfigDocument(file: "", environment: environment, tree: nil, problems: [])
    }

    /// Reads and parses the file at `path`.
    ///
    /// - Throws: `ConfigError` when it can't be read or is no YAML mapping.
    package static func load(
        path: String,
        environment: [String: String],
    ) throws(ConfigError) -> ConfigDocument {
        let bytes = try ConfigFile.read(path)
        return try Self.parse(bytes.span, file: path, environment: environment)
    }

    /// Parses a text; for tests and built-in configurations.
    package static func parse(
        _ text: String,
        file: String = "martlet.yaml",
        environment: [String: String] = [:],
    ) throws(ConfigError) -> ConfigDocument {
        try Self.parse(Array(text.utf8).span, file: file, environment: environment)
    }

    /// Parses the bytes of a file.
    ///
    /// Pure. Takes YAML 1.1 with anchors and merge keys, one document, and a mapping at its top.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8, at most `ConfigLimits.fileBytes`.
    ///   - file: The name that problems carry. Relative paths in the configuration are relative to
    ///     its directory.
    ///   - environment: What `${NAME}` refers to.
    /// - Returns: The document, perhaps with problems that `ConfigLoader` reports.
    /// - Throws: `ConfigError` with place and remedy when there is nothing to go on with.
    package static func parse(
        _ bytes: Span<UInt8>,
        file: String,
        environment: [String: String],
    ) throws(ConfigError) -> ConfigDocument {
        guard bytes.count <= ConfigLimits.fileBytes else {
            throw ConfigFile.tooLarge(file, ConfigLimits.fileBytes)
        }
        try SourceText.check(bytes, file: file)
        let (tree, problems) = try Self.tree(bytes, file: file)
        guard let tree else {
            throw ConfigError(
                at: ConfigLocation(file: file),
                "expected a configuration, found an empty file",
                remedy: "write {} for the defaults, or start without --config",
            )
        }
        let root = tree.nodes[tree.root]
        guard case .mapping = root.content else {
            throw ConfigError(
                at: ConfigLocation(file: file, line: root.mark.line, column: root.mark.column),
                "expected a mapping of keys to values, found something else",
                remedy: "start with a key, as in `global:`",
            )
        }
        return ConfigDocument(file: file, environment: environment, tree: tree, problems: problems)
    }

    /// Parses a file whose top is a list of mappings, such as target groups, as the value of `key`.
    ///
    /// As above otherwise; a file without content is an empty list.
    package static func parse(
        list key: String,
        _ bytes: Span<UInt8>,
        file: String,
    ) throws(ConfigError) -> ConfigDocument {
        guard bytes.count <= ConfigLimits.fileBytes else {
            throw ConfigFile.tooLarge(file, ConfigLimits.fileBytes)
        }
        try SourceText.check(bytes, file: file)
        let (found, problems) = try Self.tree(bytes, file: file)
        var tree = found ?? YAMLTree(nodes: [YAMLNode(content: .list([]), mark: .none)])
        let mark = tree.nodes[tree.root].mark
        let entry = YAMLEntry(key: key, mark: mark, value: tree.root)
        tree.root = tree.nodes.count
        tree.nodes.append(YAMLNode(content: .mapping([entry]), mark: mark))
        return ConfigDocument(file: file, environment: [:], tree: tree, problems: problems)
    }

    /// The directory that relative paths in the configuration start from; empty for the current.
    var directory: String {
        guard let slash = self.file.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
        return String(self.file[...slash])
    }

    private static func tree(
        _ bytes: Span<UInt8>,
        file: String,
    ) throws(ConfigError) -> (tree: YAMLTree?, problems: [ConfigProblem]) {
        let mark = SourceText.byteOrderMarkLength(bytes)
        return try unsafe bytes.withUnsafeBufferPointer { input throws(ConfigError) in
            let events: YAMLEvents
            let text = unsafe UnsafeBufferPointer(rebasing: input.dropFirst(mark))
            do throws(YAMLSyntaxError) {
                events = try unsafe YAMLEvents(text)
            } catch {
                throw YAMLRemedies.error(error, file: file)
            }
            var builder = YAMLTreeBuilder(events, file: file)
            return try builder.build()
        }
    }
}
