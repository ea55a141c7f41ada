/// Stand-in until the configuration layer lands.
package protocol ComponentOptions: Sendable {
    init(from node: inout ConfigNode) throws(ConfigError)
}
/// Stand-in.
package struct ConfigNode: ~Copyable {}
/// Stand-in.
package struct ConfigError: Error, Sendable {}
