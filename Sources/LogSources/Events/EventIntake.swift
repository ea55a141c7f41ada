import Codecs
import Logging
import Pipeline
import Synchronization

/// Takes events as the cluster tells of them and writes down those that are new.
///
/// The API tells of the last hour's events at every start. What was written is known by the highest
/// version, which is read back from the file's own name beside it.
final class EventIntake: Sendable {
    private struct State: ~Copyable {
        var file: EventFile
        var newest: EventVersion
        var failure: String?
    }

    private let state: Mutex<State>
    private let logger: Logger
    private let written: Counter
    private let failures: Counter

    /// Writes into `folder`.
    init(in folder: String, _ context: ComponentContext) {
        self.state = Mutex(State(file: EventFile(in: folder), newest: EventVersion(in: folder)))
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
        let failure = self.state.withLock { state -> String? in
            guard state.newest.isOlder(than: event) else { return nil }
            do {
                try state.file.append(event)
                try state.newest.note(event)
                self.written.add()
                state.failure = nil
                return nil
            } catch {
                self.failures.add()
                defer { state.failure = "\(error)" }
                return state.failure == "\(error)" ? nil : "\(error)"
            }
        }
        guard let failure else { return }
        self.logger.error("an event can't be written down", metadata: ["error": "\(failure)"])
    }
}
