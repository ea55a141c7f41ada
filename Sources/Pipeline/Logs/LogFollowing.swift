import Synchronization

/// Up to which moment a source has heard of what happened to its files.
///
/// Whoever gives up waiting for something in a file asks first: an agent that was stopped, or had no
/// time, may not know yet of what was written and renamed meanwhile.
package final class LogFollowing: Sendable {
    private let moment = Atomic<Int64>(.min)

    /// Has heard of nothing.
    package init() {}

    /// Everything is known that had happened up to `moment`, in monotonic nanoseconds.
    package func note(upTo moment: Int64) { self.moment.store(moment, ordering: .releasing) }

    /// Whether everything is known that had happened up to `moment`.
    func isKnown(upTo moment: Int64) -> Bool { self.moment.load(ordering: .acquiring) >= moment }
}
