import Synchronization

/// Stops a pipeline's pumps, also when that is asked for before they run.
final class LogPipelineStops: Sendable {
    private struct State {
        var pumps: [LogPump] = []
        var isStopped = false
        var isFinishing = false
    }

    /// Signalled by a stop, for a pipeline without sinks.
    let idle = Doorbell()
    private let state = Mutex(State())

    func start(_ pumps: [LogPump]) {
        let (isStopped, isFinishing) = self.state.withLock { state in
            state.pumps = pumps
            return (state.isStopped, state.isFinishing)
        }
        if isFinishing { self.finish() }
        if isStopped { self.stop() }
    }

    func finish() {
        let pumps = self.state.withLock { state in
            state.isFinishing = true
            return state.pumps
        }
        self.idle.ring()
        for pump in pumps { pump.finish() }
    }

    func stop() {
        let pumps = self.state.withLock { state in
            state.isStopped = true
            return state.pumps
        }
        self.idle.ring()
        for pump in pumps { pump.stop() }
    }

    /// What each pump's delivery is like.
    var status: [LogSinkStatus] { self.state.withLock { $0.pumps }.map(\.status) }
}

/// What a sink's delivery is like.
package struct LogSinkStatus: Sendable {
    /// The sink's name.
    package let name: String
    /// Where it sends to, without secrets.
    package let address: String
    /// How long it has been failing; nil while all is well.
    package let failingFor: Duration?
    /// The last error, also after it was overcome.
    package let lastError: String?
    /// When that happened: nanoseconds since 1970.
    package let lastErrorAt: Int64?
    /// Records that the sink has confirmed since the agent started.
    package let deliveredRecords: Int
    /// Records sent again because it was not known whether they had arrived.
    package let resentRecords: Int
}

extension LogPump {
    /// What the delivery is like.
    nonisolated var status: LogSinkStatus {
        let status = self.notice.status
        let now = self.clock.monotonicNanoseconds
        return LogSinkStatus(
            name: self.settings.name,
            address: self.address,
            failingFor: status.failingSince.map { .nanoseconds(now - $0) },
            lastError: status.lastError,
            lastErrorAt: status.lastErrorAt,
            deliveredRecords: self.meters.records.value,
            resentRecords: self.meters.resent.value,
        )
    }
}
