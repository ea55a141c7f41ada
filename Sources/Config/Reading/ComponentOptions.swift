/// The typed form of one section of the configuration.
///
/// See `ConfigNode` for how to read one.
package protocol ComponentOptions: Sendable {
    /// Reads every key of the section; keys that nobody reads are reported by the caller.
    ///
    /// Also called with no file behind the node, to list the keys for the reference. So it reads
    /// every key whatever the values of others are, unless a key has no meaning then, and it has no
    /// effect besides making the value.
    init(from node: inout ConfigNode) throws(ConfigError)
}

/// A section without keys.
package struct NoOptions: ComponentOptions {
    /// Makes the only value.
    package init() {}

    /// Reads nothing.
    package init(from node: inout ConfigNode) throws(ConfigError) {}
}
