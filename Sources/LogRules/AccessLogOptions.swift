package import Config

/// What users may say of a step that reads an access log.
package struct AccessLogOptions: ComponentOptions {
    /// Whether the record gets the line's time.
    package var takesTime = true
    /// Whether the body stays as it is.
    package var keepBody = true

    /// The defaults.
    package init() {}

    package init(from node: inout ConfigNode) throws(ConfigError) {
        self.takesTime = node.bool(
            "time",
            default: true,
            "Takes the line's time for the record's.",
        )
        self.keepBody = node.keepsBody(orElse: "the record has fields alone")
    }
}
