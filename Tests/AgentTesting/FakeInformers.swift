package import Codecs
package import Kubernetes
import Synchronization

/// A cluster in a test's hands: every watch of it hears at once of what the test changes.
///
/// Of selectors it knows what tests use: `key=value` and `key in (a,b)` for labels, `metadata.name`
/// and a pod's `spec.nodeName` for fields.
package final class FakeInformers: Informers {
    private struct Watch: Sendable {
        let resource: String
        let query: ObjectQuery
        /// An `ObjectStore` of the watch's kind.
        let store: any Sendable
        var leases: Int
    }

    private struct State {
        var objects: [String: [any APIObject]] = [:]
        var watches: [Watch] = []
        var begun: [String] = []
        var failures: [String: String] = [:]
    }

    private let state = Mutex(State())

    /// An empty cluster.
    package init() {}

    /// What is watched now: the resource, and the namespace and selectors that are asked for.
    package var watched: [String] {
        self.state.withLock { state in
            state.watches.map { Self.text($0.resource, $0.query) }.sorted()
        }
    }

    /// What was ever watched, in order.
    package var begun: [String] { self.state.withLock { $0.begun } }

    private static func text(_ resource: String, _ query: ObjectQuery) -> String {
        let parts = [
            query.namespace, query.fieldSelector, query.labelSelector,
            query.isMetadataOnly ? "metadata" : nil,
        ]
        return ([resource] + parts.compactMap { $0 }.filter { !$0.isEmpty })
            .joined(separator: " ")
    }

    package func lease<Object: APIObject>(
        _ kind: Object.Type,
        _ query: ObjectQuery,
    ) -> InformerLease<Object> {
        let resource = kind.resource.name
        let (store, isNew, failure) = self.state.withLock { state in
            let failure = state.failures[resource]
            for (place, watch) in state.watches.enumerated()
            where watch.resource == resource && watch.query == query {
                guard let store = watch.store as? ObjectStore<Object> else { continue }
                state.watches[place].leases += 1
                return (store, false, failure)
            }
            let store = ObjectStore<Object>()
            state.watches.append(
                Watch(resource: resource, query: query, store: store, leases: 1)
            )
            state.begun.append(Self.text(resource, query))
            return (store, true, failure)
        }
        if isNew {
            if let failure { store.fail(failure) } else { self.list(kind, query, store) }
        }
        return InformerLease(store) { self.release(resource, query) }
    }

    private func release(_ resource: String, _ query: ObjectQuery) {
        self.state.withLock { state in
            for (place, watch) in state.watches.enumerated()
            where watch.resource == resource && watch.query == query {
                state.watches[place].leases -= 1
            }
            state.watches.removeAll { $0.leases == 0 }
        }
    }

    private func list<Object: APIObject>(
        _ kind: Object.Type,
        _ query: ObjectQuery,
        _ store: ObjectStore<Object>,
    ) {
        let all = self.state.withLock { $0.objects[kind.resource.name] ?? [] }
        let matching = all.compactMap { $0 as? Object }.filter { Self.matches($0, query) }
        for object in matching { store.update(object) }
        store.finishList(keeping: Set(matching.map { .init($0) }))
    }

    private func stores<Object: APIObject>(
        _ kind: Object.Type
    ) -> [(query: ObjectQuery, store: ObjectStore<Object>)] {
        self.state.withLock { $0.watches }.compactMap { watch in
            guard let store = watch.store as? ObjectStore<Object> else { return nil }
            return (watch.query, store)
        }
    }
}

// What a test does.
extension FakeInformers {
    /// Makes an object, or changes the one of its name.
    package func put<Object: APIObject>(_ object: Object) {
        let resource = Object.resource.name
        self.state.withLock { state in
            state.objects[resource, default: []].removeAll { Self.isSame($0, object) }
            state.objects[resource, default: []].append(object)
        }
        for (query, store) in self.stores(Object.self) where Self.matches(object, query) {
            store.update(object)
        }
    }

    /// Takes an object away.
    package func remove<Object: APIObject>(_ object: Object) {
        self.state.withLock { state in
            state.objects[Object.resource.name]?.removeAll { Self.isSame($0, object) }
        }
        for (_, store) in self.stores(Object.self) {
            store.remove(object.metadata.namespace, object.metadata.name)
        }
    }

    /// Lets watches of a kind fail, those that begin later too.
    package func fail<Object: APIObject>(_ kind: Object.Type, _ reason: String) {
        self.state.withLock { $0.failures[kind.resource.name] = reason }
        for (_, store) in self.stores(kind) { store.fail(reason) }
    }

    /// Ends what `fail` began.
    package func recover<Object: APIObject>(_ kind: Object.Type) {
        self.state.withLock { $0.failures[kind.resource.name] = nil }
        for (query, store) in self.stores(kind) { self.list(kind, query, store) }
    }

    private static func isSame(_ one: any APIObject, _ other: any APIObject) -> Bool {
        one.metadata.namespace == other.metadata.namespace
            && one.metadata.name == other.metadata.name
    }

    private static func matches(_ object: some APIObject, _ query: ObjectQuery) -> Bool {
        let metadata = object.metadata
        if let namespace = query.namespace, namespace != metadata.namespace { return false }
        for term in query.fieldSelector.split(separator: ",") {
            let parts = term.split(separator: "=")
            let value =
                parts[0] == "metadata.name"
                ? metadata.name : (object as? PodObject)?.nodeName ?? ""
            if value != parts[1] { return false }
        }
        if query.labelSelector.isEmpty { return true }
        let parts = query.labelSelector.split { " =(),".contains($0) }
        let values = parts.dropFirst(parts.dropFirst().first == "in" ? 2 : 1)
        return values.contains { $0 == metadata.label(String(parts[0])) ?? "" }
    }
}
