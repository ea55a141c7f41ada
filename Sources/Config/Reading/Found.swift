/// Words for what a file has where something else was expected.
enum Found {
    /// Instead of a secret's text.
    static let secret = "a value that is not shown"

    /// The value's text in quotes, or what it is.
    static func text(_ node: YAMLNode) -> String {
        switch node.content {
        case .scalar(_, isNull: true): "nothing"
        case .scalar(let text, isNull: false): Shown.quoted(text)
        case .list, .mapping: Self.kind(node)
        }
    }

    /// What a value is, without its text.
    static func kind(_ node: YAMLNode) -> String {
        switch node.content {
        case .scalar(_, isNull: true): "nothing"
        case .scalar: "a single value"
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }
}
