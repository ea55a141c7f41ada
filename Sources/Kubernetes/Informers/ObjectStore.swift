package import Codecs
import Synchronization

/// The objects that one watch knows, and who wants to hear of changes.
///
/// Observers are called on the watch's task, after the change is there to be read, one change after
/// the other; they must not block.
package final class ObjectStore<Object: APIObject>: Sendable {
    /// An object's place: its namespace, empty for cluster-wide kinds, and its name.
    package struct Key: Sendable, Hashable {
        /// The namespace.
        package let namespace: String
        /// The name.
        package let name: String

        /// Names an object.
        package init(_ namespace: String, _ name: String) {
            self.namespace = namespace
            self.name = name
        }

        /// The key of an object.
        package init(_ object: Object) {
            self.init(object.metadata.namespace, object.metadata.name)
        }
    }

    /// What happened.
    package enum Change: Sendable {
        /// An object is new or different.
        case updated(Object, previous: Object?)
        /// An object is gone; its last known state.
        case removed(Object)
        /// Everything that the server has is there: after the first list, and when it can be had
        /// again after `failed`.
        case synced
        /// Nothing can be had, with the reason; the objects known before stay.
        case failed(String)
    }

    /// Called for each change.
    package typealias Observer = @Sendable (Change) -> Void

    private struct State {
        var objects: [Key: Boxed<Object>] = [:]
        var interner = ObjectInterner()
        var observers: [Int: Observer] = [:]
        var lastObserver = 0
        var isSynced = false
        var failure: String?

        /// Takes an object in, and returns it with what it shares with others.
        mutating func keep(_ object: Object, after previous: Object?) -> Object {
            var object = object
            object.intern(with: &self.interner)
            if let previous {
                // Keys go on with the texts that they were made of.
                object.metadata.name = previous.metadata.name
                if object.metadata.uid == previous.metadata.uid {
                    object.metadata.uid = previous.metadata.uid
                }
            }
            self.objects[Key(object)] = Boxed(object)
            return object
        }
    }

    private typealias Update = (kept: Object?, previous: Object?, observers: [Int: Observer])

    private let state = Mutex(State())
    private let keepsObjects: Bool

    /// Makes an empty store; one that keeps nothing only tells.
    package init(keepsObjects: Bool = true) { self.keepsObjects = keepsObjects }

    /// Whether everything that the server had was there once.
    package var isSynced: Bool { self.state.withLock { $0.isSynced } }

    /// Why nothing can be had at the moment; nil while all is well.
    package var failure: String? { self.state.withLock { $0.failure } }

    /// All objects, in no order.
    package var objects: [Object] { self.state.withLock { $0.objects.values.map(\.value) } }

    /// The number of objects.
    package var count: Int { self.state.withLock { $0.objects.count } }

    /// An object by its place.
    package func object(_ namespace: String, _ name: String) -> Object? {
        self.state.withLock { $0.objects[Key(namespace, name)]?.value }
    }

    /// Lets `observer` hear of every later change; returns a number to stop it by.
    package func observe(_ observer: @escaping Observer) -> Int {
        self.state.withLock { state in
            state.lastObserver += 1
            state.observers[state.lastObserver] = observer
            return state.lastObserver
        }
    }

    /// Ends an observer; it may hear of one change that is under way.
    package func stopObserving(_ number: Int) {
        self.state.withLock { $0.observers[number] = nil }
    }
}

// What the watch does.
extension ObjectStore {
    /// Takes a new or changed object in; one that is equal to the known one is not told of.
    package func update(_ object: Object) {
        let (kept, previous, observers) = self.state.withLock { state -> Update in
            if !self.keepsObjects { return (object, Object?.none, state.observers) }
            let previous = state.objects[Key(object)]?.value
            if previous == object { return (nil, nil, [:]) }
            return (state.keep(object, after: previous), previous, state.observers)
        }
        if let kept { self.tell(.updated(kept, previous: previous), observers) }
    }

    /// Takes an object out.
    package func remove(_ namespace: String, _ name: String) {
        let (removed, observers) = self.state.withLock { state in
            (state.objects.removeValue(forKey: Key(namespace, name)), state.observers)
        }
        if let removed { self.tell(.removed(removed.value), observers) }
    }

    /// Takes out everything that a complete list did not have, and says that the store is whole.
    package func finishList(keeping listed: Set<Key>) {
        let (gone, isNews, observers) = self.state.withLock { state in
            let gone = state.objects.filter { !listed.contains($0.key) }
            for key in gone.keys { state.objects[key] = nil }
            let isNews = !state.isSynced || state.failure != nil
            state.isSynced = true
            state.failure = nil
            return (gone, isNews, state.observers)
        }
        for object in gone.values { self.tell(.removed(object.value), observers) }
        if isNews { self.tell(.synced, observers) }
    }

    /// Says that the server answers again and that nothing was missed; quiet when all was well.
    package func recover() {
        let (isNews, observers) = self.state.withLock { state in
            defer { state.failure = nil }
            return (state.failure != nil && state.isSynced, state.observers)
        }
        if isNews { self.tell(.synced, observers) }
    }

    /// Says that nothing can be had at the moment, and why.
    package func fail(_ reason: String) {
        let observers = self.state.withLock { state in
            state.failure = reason
            return state.observers
        }
        self.tell(.failed(reason), observers)
    }

    private func tell(_ change: Change, _ observers: [Int: Observer]) {
        for (_, observer) in observers.sorted(by: { $0.key < $1.key }) { observer(change) }
    }
}
