import Logging
import Synchronization

/// Tells an operator of a sink's trouble: when it begins, when its cause changes, when it ends.
final class LogFaultNotice: Sendable {
    /// What a sink's delivery is like just now.
    struct Status: Sendable {
        /// When the trouble began, in monotonic nanoseconds; nil while all is well.
        var failingSince: Int64?
        /// The last error, also after it was overcome.
        var lastError: String?
        /// When it happened: nanoseconds since 1970.
        var lastErrorAt: Int64?
    }

    private struct State {
        var status = Status()
        var reported: String?
        var reportedAt: Int64?
        /// Whether the trouble that goes on was told.
        var isTold = false
        var nextRefusal: Int64 = 0
        var unreported = 0
    }

    /// A trouble that goes on is told again after so long.
    private static let repeatNanoseconds: Int64 = 300 * 1_000_000_000
    /// Causes that alternate, and refusals, are told at most so often.
    private static let pauseNanoseconds: Int64 = 30 * 1_000_000_000

    private let sink: String
    private let clock: any AgentClock
    private let logger: Logger
    private let retrying: Gauge
    private let state = Mutex(State())

    init(sink: String, clock: any AgentClock, logger: Logger, retrying: Gauge) {
        self.sink = sink
        self.clock = clock
        self.logger = logger
        self.retrying = retrying
    }

    /// What the delivery is like.
    var status: Status { self.state.withLock { $0.status } }

    /// A request failed and will be tried again.
    func failed(_ reason: String) {
        self.retrying.set(1)
        let now = self.clock.monotonicNanoseconds
        let isNews = self.state.withLock { state in
            let isFirst = state.status.failingSince == nil
            if isFirst { state.status.failingSince = now }
            state.status.lastError = reason
            state.status.lastErrorAt = self.clock.wallNanoseconds
            let isSame = !isFirst && state.reported == reason
            let quiet = isSame ? Self.repeatNanoseconds : Self.pauseNanoseconds
            if let last = state.reportedAt, now - last < quiet { return false }
            state.reported = reason
            state.reportedAt = now
            state.isTold = true
            return true
        }
        if !isNews { return }
        self.logger.warning(
            "a log sink does not take records; they stay in their files and are sent again",
            metadata: ["sink": "\(self.sink)", "error": "\(reason)"],
        )
    }

    /// A request was taken.
    func recovered() {
        let now = self.clock.monotonicNanoseconds
        let (since, isTold) = self.state.withLock { state in
            defer {
                state.status.failingSince = nil
                state.isTold = false
            }
            return (state.status.failingSince, state.isTold)
        }
        guard let since else { return }
        self.retrying.set(0)
        if !isTold { return }
        self.logger.notice(
            "a log sink takes records again",
            metadata: [
                "sink": "\(self.sink)",
                "after_seconds": "\((now - since) / 1_000_000_000)",
            ],
        )
    }

    /// Records were refused for good.
    func refused(_ records: Int, _ reason: String) {
        let now = self.clock.monotonicNanoseconds
        let total: Int? = self.state.withLock { state in
            if !reason.isEmpty {
                state.status.lastError = reason
                state.status.lastErrorAt = self.clock.wallNanoseconds
            }
            state.unreported += records
            if now < state.nextRefusal || reason.isEmpty { return nil }
            state.nextRefusal = now + Self.pauseNanoseconds
            defer { state.unreported = 0 }
            return state.unreported
        }
        guard let total else { return }
        self.logger.error(
            "a log sink refused records for good; they are lost",
            metadata: [
                "sink": "\(self.sink)",
                "records": "\(total)",
                "error": "\(reason)",
            ],
        )
    }
}
