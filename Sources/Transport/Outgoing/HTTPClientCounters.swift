import Synchronization

/// What the transport has done since its start, and what its limits turned away.
package struct HTTPClientCounts: Sendable, Hashable {
    /// Transfers that are libcurl's now.
    package var running = 0
    /// Requests that wait for a transfer now.
    package var waiting = 0
    /// Requests that had to wait for a transfer.
    package var waited = 0
    /// Requests whose time was over before a transfer was free.
    package var expired = 0
    /// Requests refused because too many were waiting.
    package var refused = 0
    /// Connections opened.
    package var connections = 0

    /// Nothing yet.
    package init() {}
}

/// The counts behind `HTTPClientCounts`; written by the I/O thread, read by any.
final class HTTPClientCounters: Sendable {
    let running = Atomic(0)
    let waiting = Atomic(0)
    let waited = Atomic(0)
    let expired = Atomic(0)
    let refused = Atomic(0)
    let connections = Atomic(0)

    /// The counts now.
    var counts: HTTPClientCounts {
        var counts = HTTPClientCounts()
        counts.running = self.running.load(ordering: .relaxed)
        counts.waiting = self.waiting.load(ordering: .relaxed)
        counts.waited = self.waited.load(ordering: .relaxed)
        counts.expired = self.expired.load(ordering: .relaxed)
        counts.refused = self.refused.load(ordering: .relaxed)
        counts.connections = self.connections.load(ordering: .relaxed)
        return counts
    }
}
