package import Config

/// What users may say of a step that lets some records through.
package struct FilterOptions: ComponentOptions {
    /// Which records are meant.
    let conditions: LogConditions

    package init(from node: inout ConfigNode) throws(ConfigError) {
        self.conditions = try LogConditions(reading: &node)
        if self.conditions.isEmpty {
            node.reject(
                because: "no condition",
                remedy:
                    "give it `body_matches`, `body_contains`, `field`, `severity`, `all` or `any`",
            )
        }
    }
}
