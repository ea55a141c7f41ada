package import Config

/// How lines that belong together, such as those of a stack trace, become one record.
package struct LogJoinOptions: ComponentOptions, Hashable {
    /// What the lines look like: a built-in way, or none.
    package var mode: String

    /// The ways that there are.
    package static let modes = ["none"]

    package init(from node: inout ConfigNode) throws(ConfigError) {
        self.mode = node.string("mode", default: "none", "What the lines look like.")
    }
}
