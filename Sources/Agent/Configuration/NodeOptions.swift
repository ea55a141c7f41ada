package import Config
package import Pipeline

/// `node`: the node's own metrics.
package struct NodeOptions: ComponentOptions {
    /// The collectors that are on.
    package let collectors: [CollectorBuilder]
    /// The names of those that are off.
    package let disabled: [ComponentName]

    package init(from node: inout ConfigNode) throws(ConfigError) {
        (self.collectors, self.disabled) = try node.section(
            "collectors",
            "Which collectors run: NAME: false turns one off, NAME: {…} sets its options.",
        ) { node throws(ConfigError) in
            var builders: [CollectorBuilder] = []
            var disabled: [ComponentName] = []
            for registration in Registry.nodeCollectors {
                if let builder = registration.read(&node) {
                    builders.append(builder)
                } else {
                    disabled.append(registration.name)
                }
            }
            return (builders, disabled)
        }
    }
}
