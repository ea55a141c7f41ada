package import Codecs
import Pipeline
import Synchronization

/// What the cluster says of this node, as a test has it.
package final class ScriptedCluster: NodeObjects {
    private struct State {
        var pods: [String: PodObject] = [:]
        var node: NodeObject?
        var isKnown = false
        var observers: [@Sendable (EventObject) -> Void] = []
    }

    private let state = Mutex(State())

    /// A cluster that is asked and has said nothing yet.
    package init() {}

    /// Says that there is this pod, and no other of its UID.
    package func tell(_ pod: PodObject) {
        self.state.withLock { state in
            state.pods[pod.metadata.uid] = pod
            state.isKnown = true
        }
    }

    /// Says what the node is like.
    package func tell(_ node: NodeObject) { self.state.withLock { $0.node = node } }

    /// Says that a pod is gone and forgotten.
    package func forget(uid: String) { self.state.withLock { $0.pods[uid] = nil } }

    package var isAsked: Bool { true }
    package var isKnown: Bool { self.state.withLock { $0.isKnown } }
    package var pods: [PodObject] { self.state.withLock { Array($0.pods.values) } }
    package var node: NodeObject? { self.state.withLock { $0.node } }
    package func pod(uid: String) -> PodObject? { self.state.withLock { $0.pods[uid] } }
    package func workload(of pod: PodObject) -> ObjectMetadata.Owner? { pod.metadata.controller }
    package func namespace(_ name: String) -> ObjectMetadata? { nil }

    /// Tells observers of an event.
    package func tell(_ event: EventObject) {
        let observers = self.state.withLock { $0.observers }
        for observer in observers { observer(event) }
    }

    /// Whether somebody wants to hear of events.
    package var hasObservers: Bool { self.state.withLock { !$0.observers.isEmpty } }

    /// Tells nobody any more of events.
    package func forgetObservers() { self.state.withLock { $0.observers = [] } }

    package func leaseEvents(
        ofPods hasPods: Bool,
        _ observer: @escaping @Sendable (EventObject) -> Void,
    ) -> (any Sendable)? {
        self.state.withLock { $0.observers.append(observer) }
        return self
    }
}
