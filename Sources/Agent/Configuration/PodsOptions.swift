package import Config
package import Pipeline

/// `pods`: what the cluster says of this node and its pods, as kube-state-metrics has it.
package struct PodsOptions: ComponentOptions {
    /// The collectors that are on.
    package let collectors: [CollectorBuilder]
    /// The names of those that are off.
    package let disabled: [ComponentName]

    package init(from node: inout ConfigNode) throws(ConfigError) {
        (self.collectors, self.disabled) = try CollectorRegistration.readAll(
            Registry.podCollectors,
            from: &node,
        )
    }
}
