/// Why the server can't listen.
package struct HTTPServerFailure: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure that callers tell apart.
    package enum Code: String, Sendable {
        case badAddress
        case addressInUse
        case notPermitted
        case other
    }

    /// The kind.
    package let code: Code
    /// The address as configured.
    package let address: String
    /// What happened and what to do.
    package let message: String

    package var description: String { "can't listen on '\(self.address)': \(self.message)" }
}
