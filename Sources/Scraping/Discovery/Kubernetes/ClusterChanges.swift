import Codecs
import Kubernetes
import Pipeline
import Synchronization

/// An object by kind and place.
struct ObjectName: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case node
        case pod
        case service
        case endpoints
        case endpointSlice
        case ingress
        case namespace
        case replicaSet
        case job
    }

    let kind: Kind
    let namespace: String
    let name: String

    init(_ kind: Kind, _ namespace: String, _ name: String) {
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }
}

/// What happened to the objects that an entry watches since it was last asked.
///
/// Watches write, the mechanism takes; as an object is in it once, it is never larger than what is
/// watched.
final class ClusterChanges: Sendable {
    /// What is to be made anew.
    struct News {
        /// Objects that changed, came or went.
        var objects: Set<ObjectName> = []
        /// A store became whole, so that everything may look different.
        var isAll = false
        /// Every store is whole, or fails and can be done without.
        var isReady = false
        /// Why objects can't be had at the moment; nil when they can.
        var failure: String?
    }

    private struct Store {
        let isRequired: Bool
        var isSynced = false
        var failure: String?
    }

    private struct State {
        var objects: Set<ObjectName> = []
        var isAll = false
        var stores: [Store] = []
    }

    let bell = Doorbell()
    private let meters: KubernetesMeters
    private let state = Mutex(State())

    init(_ meters: KubernetesMeters) { self.meters = meters }

    /// Follows a store until the number that is returned is given back to it.
    ///
    /// - Parameters:
    ///   - store: The store.
    ///   - kind: What is in it.
    ///   - isRequired: Whether there are no targets before it is whole.
    ///   - counted: The events of it that Prometheus counts.
    /// - Returns: What the store stops telling by.
    func follow<Object: APIObject>(
        _ store: ObjectStore<Object>,
        _ kind: ObjectName.Kind,
        isRequired: Bool,
        counted: Set<KubernetesMeters.Event>,
    ) -> Int {
        let place = self.state.withLock { state in
            state.stores.append(Store(isRequired: isRequired))
            return state.stores.count - 1
        }
        let number = store.observe { change in
            self.take(change, kind, from: place, counted)
        }
        // What was there before belongs to what is new for this entry.
        if counted.contains(.add) { self.meters.count(.add, kind, store.count) }
        self.note(place) { known in
            known.isSynced = store.isSynced
            known.failure = store.failure
        }
        return number
    }

    /// What happened, and forgets it.
    func take() -> News {
        self.state.withLock { state in
            var news = News(objects: state.objects, isAll: state.isAll)
            news.isReady = state.stores.allSatisfy { store in
                store.isSynced || (store.failure != nil && !store.isRequired)
            }
            let failures = Set(state.stores.compactMap(\.failure))
            news.failure = failures.isEmpty ? nil : failures.sorted().joined(separator: "; ")
            state.objects = []
            state.isAll = false
            return news
        }
    }

    private func take<Object: APIObject>(
        _ change: ObjectStore<Object>.Change,
        _ kind: ObjectName.Kind,
        from place: Int,
        _ counted: Set<KubernetesMeters.Event>,
    ) {
        let event: KubernetesMeters.Event
        let metadata: ObjectMetadata
        var isSame = false
        switch change {
        case .updated(let object, let previous):
            (event, metadata) = (previous == nil ? .add : .update, object.metadata)
            // Heartbeats change nothing that is kept but the version.
            if var previous {
                previous.metadata.resourceVersion = metadata.resourceVersion
                isSame = previous == object
            }
        case .removed(let object):
            (event, metadata) = (.delete, object.metadata)
        case .synced:
            self.note(place) { store in
                store.isSynced = true
                store.failure = nil
            }
            return
        case .failed(let reason):
            self.meters.failures.add()
            self.note(place) { $0.failure = reason }
            return
        }
        if counted.contains(event) { self.meters.count(event, kind, 1) }
        if isSame { return }
        let isNew = self.state.withLock { state in
            state.objects.insert(ObjectName(kind, metadata.namespace, metadata.name)).inserted
        }
        if isNew { self.bell.ring() }
    }

    private func note(_ place: Int, _ change: (inout Store) -> Void) {
        self.state.withLock { state in
            let wasSynced = state.stores[place].isSynced
            change(&state.stores[place])
            if state.stores[place].isSynced, !wasSynced { state.isAll = true }
        }
        self.bell.ring()
    }
}
