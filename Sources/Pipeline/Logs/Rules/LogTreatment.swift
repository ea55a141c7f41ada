/// What is done with the records of one container: which rules, and what its pod asks for.
package struct LogTreatment: Sendable, Hashable {
    /// The places of the rules that are for it.
    package var rules: [Int] = []
    /// What the pod's annotations say.
    package var directives = LogDirectives()
}
