package import Config

/// `kubernetes`: which node this is.
package struct KubernetesOptions: ComponentOptions, Hashable {
    /// The node's name; nil takes the environment's `NODE_NAME`, then the host's name.
    package let nodeName: String?

    package init(from node: inout ConfigNode) throws(ConfigError) {
        self.nodeName = node.string(
            "node_name",
            "This node's name, as `instance` and in records; NODE_NAME or the host's name if unset.",
        )
    }
}
