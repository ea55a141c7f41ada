/// What this build is.
package enum AgentVersion {
    /// The version, as `martlet version` prints it and user agents carry it.
    package static let number = "0.1.0"
}
