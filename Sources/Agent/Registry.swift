import Collectors

/// Every component that this build knows, in the order in which the reference shows them.
///
/// Adding one is its file, its line here and its test.
package enum Registry {
    /// `node.collectors`.
    package static let nodeCollectors: [CollectorRegistration] = []
}
