import Logging
import Pipeline
import Synchronization

/// Whether a watch works; an operator is told when it begins to fail and when it is well again.
final class WatchHealth: Sendable {
    private struct State {
        /// What was told of the trouble that goes on.
        var told: APIFailure.Kind?
        var failures = 0
        /// Since when nothing has failed, in monotonic nanoseconds.
        var wellSince: Int64?
    }

    private let clock: any AgentClock
    private let logger: Logger
    /// Called with why nothing can be had when that begins, and with nil when it is over.
    private let tell: @Sendable (_ failure: String?) -> Void
    private let state = Mutex(State())

    init(
        _ clock: any AgentClock,
        _ logger: Logger,
        tell: @escaping @Sendable (_ failure: String?) -> Void = { _ in },
    ) {
        self.clock = clock
        self.tell = tell
        self.logger = logger
    }

    /// The watch has failed, and is tried again.
    ///
    /// - Returns: How long all was well before.
    func failed(_ failure: APIFailure) -> Duration {
        let now = self.clock.monotonicNanoseconds
        let (well, isNews) = self.state.withLock { state in
            let well = now - (state.wellSince ?? now)
            state.wellSince = nil
            state.failures += 1
            // An open watch breaks off whenever a server restarts; what counts is whether the next
            // one opens.
            let isPassing = failure.kind == .cut || failure.kind == .expired
            if state.told == failure.kind || isPassing && state.failures == 1 {
                return (well, false)
            }
            state.told = failure.kind
            return (well, true)
        }
        if isNews {
            self.tell(failure.description)
            self.logger.warning(
                "the cluster's objects can't be watched; what is known of them stays as it is",
                metadata: ["error": "\(failure)"],
            )
        }
        return .nanoseconds(well)
    }

    /// The watch works, and has done so since a moment in monotonic nanoseconds.
    func isWell(since moment: Int64) {
        let wasTold = self.state.withLock { state in
            state.failures = 0
            if state.wellSince == nil { state.wellSince = moment }
            return state.told.take() != nil
        }
        if !wasTold { return }
        self.tell(nil)
        self.logger.info("the cluster's objects are watched again")
    }
}
