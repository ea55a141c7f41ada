import Glibc

/// Time, injected so that tests own it.
package protocol AgentClock: Sendable {
    /// Nanoseconds since 1970-01-01T00:00:00Z; may jump.
    var wallNanoseconds: Int64 { get }
    /// Nanoseconds since some fixed moment; never goes back.
    var monotonicNanoseconds: Int64 { get }
    /// Returns after `duration`, or throws at once when the task is cancelled.
    func sleep(for duration: Duration) async throws(CancellationError)
}

/// The kernel's clocks.
package struct SystemClock: AgentClock {
    private let timers = TimerQueue()

    /// The kernel's clocks.
    package init() {}

    package var wallNanoseconds: Int64 { Self.read(CLOCK_REALTIME) }

    package var monotonicNanoseconds: Int64 { Self.monotonicNanoseconds }

    /// Nanoseconds since some fixed moment; never goes back.
    static var monotonicNanoseconds: Int64 { Self.read(CLOCK_MONOTONIC) }

    package func sleep(for duration: Duration) async throws(CancellationError) {
        if Task.isCancelled { throw CancellationError() }
        let (deadline, isOver) = Self.monotonicNanoseconds
            .addingReportingOverflow(max(0, duration.nanoseconds))
        if let isComplete = await self.timers.sleep(until: isOver ? .max : deadline) {
            if isComplete { return }
            throw CancellationError()
        }
        let clock = ContinuousClock()
        do {
            // Not `sleep(for:)`: when cancelled, release builds of Swift 6.3 may free the task's memory in
            // the wrong order. Source: swiftlang/swift issue 86204.
            try await clock.sleep(until: clock.now.advanced(by: duration), tolerance: nil)
        } catch {
            throw CancellationError()
        }
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

extension Duration {
    /// The duration in nanoseconds, cut to what 64 bits hold.
    package var nanoseconds: Int64 {
        let (seconds, attoseconds) = self.components
        let (scaled, over) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if over { return seconds < 0 ? Int64.min : Int64.max }
        let (sum, carry) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        return carry ? (seconds < 0 ? Int64.min : Int64.max) : sum
    }

    /// The duration in seconds.
    package var seconds: Double {
        let (seconds, attoseconds) = self.components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
