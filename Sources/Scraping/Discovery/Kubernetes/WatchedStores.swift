import Codecs
import Kubernetes

/// The stores of one kind of object: one for each namespace that is asked for.
struct WatchedStores<Object: APIObject>: Sendable {
    private struct Part: Sendable {
        let namespace: String?
        let lease: InformerLease<Object>
        let observer: Int
    }

    private let parts: [Part]

    /// Watches what the queries ask for; see `ClusterChanges.follow` for the rest.
    init(
        _ informers: any Informers,
        _ queries: [ObjectQuery],
        _ kind: ObjectName.Kind,
        isRequired: Bool,
        counted: Set<KubernetesMeters.Event> = [],
        _ changes: ClusterChanges,
    ) {
        self.parts = queries.map { query in
            let lease = informers.lease(Object.self, query)
            return Part(
                namespace: query.namespace,
                lease: lease,
                observer: changes.follow(
                    lease.store,
                    kind,
                    isRequired: isRequired,
                    counted: counted,
                ),
            )
        }
    }

    /// All objects, in no order.
    var objects: [Object] { self.parts.flatMap(\.lease.store.objects) }

    /// Whether everything was there once.
    var isSynced: Bool { self.parts.allSatisfy(\.lease.store.isSynced) }

    /// An object by its place.
    func object(_ namespace: String, _ name: String) -> Object? {
        for part in self.parts where part.namespace == nil || part.namespace == namespace {
            if let object = part.lease.store.object(namespace, name) { return object }
        }
        return nil
    }

    /// Hears of changes no more.
    func stop() {
        for part in self.parts { part.lease.store.stopObserving(part.observer) }
    }
}
