package import Codecs
import Pipeline

// Events of this node and its pods.
extension NodeCluster {
    /// Keeps the watches of events going, and ends them.
    private final class EventLease: Sendable {
        private let leases: [any Sendable]
        private let end: @Sendable () -> Void

        init(_ leases: [any Sendable], end: @escaping @Sendable () -> Void) {
            self.leases = leases
            self.end = end
        }

        deinit { self.end() }
    }

    package func leaseEvents(
        ofPods hasPods: Bool,
        _ observer: @escaping @Sendable (EventObject) -> Void,
    ) -> (any Sendable)? {
        guard let plan = self.plan, let access = plan.access, plan.source != .none else {
            return nil
        }
        let node = self.informers.lease(EventObject.self, plan.nodeEventQuery(access))
        let nodeEvents = node.store.observe { change in
            if case .updated(let event, _) = change { observer(event) }
        }
        if !hasPods {
            return EventLease([node]) { [store = node.store] in store.stopObserving(nodeEvents) }
        }
        let filter = EventFilter(isOurs: { [weak self] in self?.pod(uid: $0) != nil }, observer)
        let events = self.informers.lease(EventObject.self, plan.podEventQuery(access))
        let podEvents = events.store.observe { change in
            if case .updated(let event, _) = change { filter.take(event) }
        }
        let pods = self.informers.lease(PodObject.self, plan.podQuery(access))
        let comings = pods.store.observe { change in
            guard case .updated(let pod, let previous) = change else { return }
            if previous?.metadata.uid != pod.metadata.uid { filter.admit(pod.metadata.uid) }
        }
        return EventLease([node, events, pods]) {
            [nodeStore = node.store, eventStore = events.store, podStore = pods.store] in
            nodeStore.stopObserving(nodeEvents)
            eventStore.stopObserving(podEvents)
            podStore.stopObserving(comings)
        }
    }
}
