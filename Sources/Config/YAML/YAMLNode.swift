/// One value of a YAML file with its place.
struct YAMLNode: Sendable {
    /// What the value is; indices point into `YAMLTree.nodes`.
    enum Content: Sendable {
        /// `isNull` is set for an empty or `null` value without quotes.
        case scalar(String, isNull: Bool)
        case list([Int])
        case mapping([YAMLEntry])
    }

    let content: Content
    let mark: YAMLMark
}

/// One key of a mapping and its value.
struct YAMLEntry: Sendable {
    let key: String
    let mark: YAMLMark
    /// The value's index in `YAMLTree.nodes`.
    let value: Int
}

/// A place in a YAML file, from 1.
struct YAMLMark: Sendable, Hashable {
    let line: Int
    let column: Int

    static let none = YAMLMark(line: 0, column: 0)
}

/// All values of a file; aliases and merge keys share nodes instead of copying them.
struct YAMLTree: Sendable {
    var nodes: [YAMLNode] = []
    var root = 0
}
