/// One thing that is wrong with a configuration, for a person to put right.
package struct ConfigProblem: Sendable, Hashable {
    /// What a problem does.
    package enum Severity: String, Sendable {
        /// The configuration is refused.
        case error
        /// The configuration is applied without what the warning names.
        case warning
    }

    /// What the problem does.
    package let severity: Severity
    /// Where it is.
    package let location: ConfigLocation
    /// What is wrong: usually what was expected and what was found; never holds a secret.
    package let message: String
    /// What to do; empty when the message says it all.
    package let remedy: String

    /// Describes a problem.
    package init(
        _ severity: Severity = .error,
        at location: ConfigLocation,
        _ message: String,
        remedy: String = "",
    ) {
        self.severity = severity
        self.location = location
        self.message = message
        self.remedy = remedy
    }
}

extension ConfigProblem: CustomStringConvertible {
    /// `file:line:column: error: key.path: message; remedy`.
    package var description: String {
        var text = "\(self.location): \(self.severity.rawValue): "
        if !self.location.path.isEmpty { text += "\(self.location.path): " }
        text += self.message
        if !self.remedy.isEmpty { text += "; \(self.remedy)" }
        return text
    }
}
