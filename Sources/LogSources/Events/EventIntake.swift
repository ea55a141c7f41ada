import Codecs
import Host
import Logging
import Pipeline
import Synchronization

/// Takes events as the cluster tells of them and writes down those that are new.
///
/// The API tells of the last hour's events at every start and after every new list.
final class EventIntake: Sendable {
    private struct State: ~Copyable {
        var file: EventFile
        var newest: EventVersion
        var failure: String?
    }

    private let state: Mutex<State>
    private let clock: any AgentClock
    private let logger: Logger
    private let written: Counter
    private let failures: Counter

    /// Writes into `folder`.
    init(in folder: String, _ context: ComponentContext) {
        self.state = Mutex(State(file: EventFile(in: folder), newest: EventVersion(in: folder)))
        self.clock = context.clock
        self.logger = context.logger
        self.written = context.meters.counter(
            "martlet_kubernetes_events_total",
            "Events of this node and its pods that became log records.",
        )
        self.failures = context.meters.counter(
            "martlet_kubernetes_event_failures_total",
            "Events that could not be written down.",
        )
    }

    /// Takes one event.
    func take(_ event: EventObject) {
        self.attempt { state throws(HostError) in
            if !state.newest.isNew(event) { return }
            try state.file.append(event)
            self.written.add()
            try state.newest.take(event, at: self.clock.monotonicNanoseconds)
        }
    }

    /// No further event comes.
    func close() {
        self.attempt { state throws(HostError) in try state.newest.close() }
    }

    /// Counts a failure, and tells of it once.
    private func attempt(_ body: (inout State) throws(HostError) -> Void) {
        let news = self.state.withLock { state -> String? in
            var failure: String?
            do throws(HostError) {
                try body(&state)
            } catch {
                self.failures.add()
                failure = "\(error)"
            }
            defer { state.failure = failure }
            return failure == state.failure ? nil : failure
        }
        guard let news else { return }
        self.logger.error("an event can't be written down", metadata: ["error": "\(news)"])
    }
}
