import Codecs
import Synchronization

/// Lets events of this node's pods through.
///
/// The events of a pod and the pod itself come by two watches, either first: an event of an unknown
/// pod waits for a while. Most of those are of other nodes' pods and are forgotten.
final class EventFilter: Sendable {
    /// The most events that wait; the oldest goes first.
    static let waitingLimit = 2_000

    private struct State {
        var waiting: [EventObject] = []
    }

    private let state = Mutex(State())
    private let isOurs: @Sendable (String) -> Bool
    private let observer: @Sendable (EventObject) -> Void

    /// Tells `observer` of events of pods whose UID `isOurs` knows.
    init(
        isOurs: @escaping @Sendable (_ uid: String) -> Bool,
        _ observer: @escaping @Sendable (EventObject) -> Void,
    ) {
        self.isOurs = isOurs
        self.observer = observer
    }

    /// Takes an event of any pod.
    func take(_ event: EventObject) {
        if self.isOurs(event.subject.uid) { return self.observer(event) }
        self.state.withLock { state in
            // A quarter at once, so that a full room costs nothing for each event.
            if state.waiting.count >= Self.waitingLimit {
                state.waiting.removeFirst(Self.waitingLimit / 4)
            }
            state.waiting.append(event)
        }
    }

    /// Lets the events of a pod through that became known.
    func admit(_ uid: String) {
        let events = self.state.withLock { state in
            let events = state.waiting.filter { $0.subject.uid == uid }
            if !events.isEmpty { state.waiting.removeAll { $0.subject.uid == uid } }
            return events
        }
        for event in events { self.observer(event) }
    }
}
