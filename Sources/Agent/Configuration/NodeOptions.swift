package import Config
package import Pipeline

/// `node`: the node's own metrics.
package struct NodeOptions: ComponentOptions {
    /// The collectors that are on.
    package let collectors: [CollectorBuilder]
    /// The names of those that are off.
    package let disabled: [ComponentName]

    package init(from node: inout ConfigNode) throws(ConfigError) {
        (self.collectors, self.disabled) = try CollectorRegistration.readAll(
            Registry.nodeCollectors,
            from: &node,
        )
    }
}
