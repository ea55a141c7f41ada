/// The reason why a value could not be made from the configuration.
///
/// Readers do not throw it for a bad value: they note the problem and go on, so that one run shows
/// every problem. It is for what leaves nothing to go on with.
package struct ConfigError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong and where.
    package let problem: ConfigProblem

    /// Wraps a problem.
    package init(_ problem: ConfigProblem) {
        self.problem = problem
    }

    /// Describes an error at a place.
    package init(at location: ConfigLocation, _ message: String, remedy: String = "") {
        self.problem = ConfigProblem(at: location, message, remedy: remedy)
    }

    /// The problem in one line.
    package var description: String { self.problem.description }
}
