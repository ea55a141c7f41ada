import CLinux
import Synchronization

/// The C heap, which keeps what was freed until it is told not to.
package final class Heap: Sendable {
    private let lastTrim = Atomic<Int64>(Int64.min)

    /// The time between two trims.
    package static let interval = Duration.seconds(60)

    /// Nothing was given back yet.
    package init() {}

    /// Gives free memory back to the kernel, unless that was done a short while ago.
    ///
    /// For after large tables shrank; it takes a millisecond for some tens of megabytes.
    ///
    /// - Parameter now: Monotonic nanoseconds.
    /// - Returns: Whether it was done.
    package func trim(now: Int64) -> Bool {
        let last = self.lastTrim.load(ordering: .relaxed)
        if last != Int64.min, now - last < Self.interval.nanoseconds { return false }
        self.lastTrim.store(now, ordering: .relaxed)
        clinux_trim_heap()
        return true
    }
}
