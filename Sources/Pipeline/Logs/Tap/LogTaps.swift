import Synchronization

/// Everybody who looks on.
final class LogTaps: Sendable {
    /// How many may look on at a time.
    static let limit = 4

    private struct State {
        var taps: [ObjectIdentifier: LogTap] = [:]
        var places = 0
        var isEnded = false
    }

    let meters: Meters
    private let state = Mutex(State())
    private let open: Gauge

    init(in meters: Meters) {
        self.meters = meters
        self.open = meters.gauge("martlet_log_taps", "Taps that are open.")
    }

    /// Records that were left out for those who read too slowly.
    static func missed(in meters: Meters) -> Counter {
        meters.counter(
            "martlet_log_tap_missed_records_total",
            "Records that a tap left out because they came faster than they were taken.",
        )
    }

    /// Takes a place, and makes a tap to fill it.
    func add<Failure: Error>(
        _ make: () throws(Failure) -> LogTap
    ) throws(Failure) -> Result<LogTap, LogTapRefusal> {
        let refusal = self.state.withLock { state -> LogTapRefusal? in
            if state.isEnded { return .stopping }
            if state.places >= Self.limit { return .tooMany }
            state.places += 1
            return nil
        }
        if let refusal { return .failure(refusal) }
        let tap: LogTap
        do throws(Failure) {
            tap = try make()
        } catch {
            self.state.withLock { $0.places -= 1 }
            throw error
        }
        let isEnded = self.state.withLock { state in
            state.taps[ObjectIdentifier(tap)] = tap
            self.open.set(Double(state.places))
            return state.isEnded
        }
        if isEnded { tap.cancel() }
        return .success(tap)
    }

    /// A tap has ended.
    func remove(_ tap: LogTap) {
        tap.detach()
        self.state.withLock { state in
            if state.taps.removeValue(forKey: ObjectIdentifier(tap)) == nil { return }
            state.places -= 1
            self.open.set(Double(state.places))
        }
    }

    /// Ends all, and lets no more in.
    func end() {
        let taps = self.state.withLock { state in
            state.isEnded = true
            return Array(state.taps.values)
        }
        for tap in taps { tap.cancel() }
    }
}

/// Why nobody more may look on.
package enum LogTapRefusal: Error, Sendable, Hashable {
    /// As many as may are looking on.
    case tooMany
    /// Log collection comes to its end.
    case stopping
    /// The system has no thread left.
    case failed(String)
}
