import Config

/// What names of metrics and labels may look like, and how targets are asked to write others.
///
/// Source: Prometheus, `config/config.go`, `ScrapeConfig.Validate`.
package struct NameOptions: Sendable, Hashable {
    /// Which names are valid.
    package enum Validation: String, Sendable, CaseIterable {
        /// Any UTF-8.
        case utf8
        /// Letters, digits, underscores, and colons in names of metrics.
        case legacy
    }

    /// How a target is to write a name beyond the legacy characters.
    package enum Escaping: String, Sendable, CaseIterable {
        case allowUTF8 = "allow-utf-8"
        case underscores
        case dots
        case values
    }

    /// Which names are valid; a series with another one fails the scrape.
    package var validation = Validation.utf8
    /// What targets are asked for.
    package var escaping = Escaping.allowUTF8

    /// Prometheus's defaults.
    package init() {}

    /// Reads the keys from `global`.
    init(readingGlobalFrom node: inout ConfigNode) {
        self.validation = Self.readValidation(&node) ?? .utf8
        self.escaping = Self.readEscaping(&node) ?? Self.escaping(for: self.validation)
    }

    /// Reads the keys from a job's section.
    ///
    /// A job that has its own validation does not take over how `global` escapes.
    init(from node: inout ConfigNode, global: NameOptions) {
        let validation = Self.readValidation(&node)
        let escaping = Self.readEscaping(&node)
        self.validation = validation ?? global.validation
        self.escaping = escaping ?? validation.map(Self.escaping(for:)) ?? global.escaping
        if self.escaping == .allowUTF8, self.validation == .legacy {
            node.reject(
                "metric_name_escaping_scheme",
                because: "expected underscores, dots or values where "
                    + "metric_name_validation_scheme is legacy, found allow-utf-8",
                remedy: "ask for another escaping, or set metric_name_validation_scheme to utf8",
            )
        }
    }

    private static func escaping(for validation: Validation) -> Escaping {
        validation == .legacy ? .underscores : .allowUTF8
    }

    private static func readValidation(_ node: inout ConfigNode) -> Validation? {
        node.choice(
            "metric_name_validation_scheme",
            of: Validation.self,
            "What names may look like: any UTF-8 (the default), or the legacy characters.",
        )
    }

    private static func readEscaping(_ node: inout ConfigNode) -> Escaping? {
        node.choice(
            "metric_name_escaping_scheme",
            of: Escaping.self,
            "How targets are asked to write names beyond the legacy characters; allow-utf-8 for as "
                + "they are, which is the default where they are valid, and underscores elsewhere.",
        )
    }
}
