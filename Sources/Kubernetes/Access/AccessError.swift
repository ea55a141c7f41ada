/// Why there is no way to an API server.
package struct AccessError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was expected, what was found, where, and what to do; holds no secret.
    package let description: String

    /// Describes what is missing.
    package init(_ description: String) { self.description = description }
}
