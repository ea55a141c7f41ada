import Codecs
import Kubernetes
import Synchronization

/// Watches whose stores a test fills by hand, so that it decides when a list is whole or fails.
final class ScriptedInformers: Informers {
    private struct Key: Hashable {
        let kind: ObjectIdentifier
        let query: ObjectQuery
    }

    private struct State {
        var stores: [Key: any Sendable] = [:]
        /// Leases that live, by query.
        var leases: [Key: Int] = [:]
    }

    private let state = Mutex(State())

    /// Nothing is watched yet.
    init() {}

    func lease<Object: APIObject>(
        _ kind: Object.Type,
        _ query: ObjectQuery,
    ) -> InformerLease<Object> {
        let key = Key(kind: ObjectIdentifier(kind), query: query)
        let store = self.store(kind, query)
        self.state.withLock { $0.leases[key, default: 0] += 1 }
        return InformerLease(store) { [weak self] in
            self?.state.withLock { $0.leases[key, default: 0] -= 1 }
        }
    }

    /// The store of a query, whether it is leased or not.
    func store<Object: APIObject>(
        _ kind: Object.Type,
        _ query: ObjectQuery,
    ) -> ObjectStore<Object> {
        let key = Key(kind: ObjectIdentifier(kind), query: query)
        return self.state.withLock { state in
            if let store = state.stores[key] as? ObjectStore<Object> { return store }
            let store = ObjectStore<Object>(keepsObjects: !query.isTransient)
            state.stores[key] = store
            return store
        }
    }

    /// How many leases of a query live.
    func leases<Object: APIObject>(_ kind: Object.Type, _ query: ObjectQuery) -> Int {
        self.state.withLock { $0.leases[Key(kind: ObjectIdentifier(kind), query: query)] ?? 0 }
    }

    /// The queries of a kind that are leased.
    func queries<Object: APIObject>(of kind: Object.Type) -> [ObjectQuery] {
        self.state.withLock { state in
            state.leases.filter { $0.key.kind == ObjectIdentifier(kind) && $0.value > 0 }
                .map(\.key.query)
        }
    }
}
