import Codecs
import Pipeline

/// Takes objects into a store, from a list or a watch's events.
struct ObjectIntake<Object: APIObject>: Sendable {
    typealias Key = ObjectStore<Object>.Key

    let store: ObjectStore<Object>
    let meters: InformerMeters
    let limit: Int
    /// What a list that is under way has had so far.
    private(set) var listed: Set<Key> = []

    init(_ store: ObjectStore<Object>, _ meters: InformerMeters, limit: Int) {
        self.store = store
        self.meters = meters
        self.limit = limit
    }

    /// Takes a new or changed object in.
    ///
    /// One that can't be read is counted and left out; what is known of it stays.
    ///
    /// - Returns: The object's version; nil when that can't be read either.
    mutating func update(_ json: borrowing Span<UInt8>, isListed: Bool) -> String? {
        let object: Object
        do {
            object = try Object(json: json)
        } catch {
            guard let metadata = try? ObjectMetadata(ofObject: json) else {
                self.meters.unreadable.add()
                return nil
            }
            self.leaveOut(Key(metadata.namespace, metadata.name), isListed: isListed)
            return metadata.resourceVersion
        }
        let metadata = object.metadata
        if metadata.name.isEmpty {
            self.meters.unreadable.add()
            return metadata.resourceVersion
        }
        if self.store.count >= self.limit,
            self.store.object(metadata.namespace, metadata.name) == nil
        {
            self.meters.turnedAway.add()
            return metadata.resourceVersion
        }
        if isListed { self.listed.insert(Key(object)) }
        self.store.update(object)
        return metadata.resourceVersion
    }

    /// Takes an object out.
    ///
    /// - Returns: The version of its end; nil when that can't be read.
    mutating func remove(_ json: borrowing Span<UInt8>) -> String? {
        guard let metadata = try? ObjectMetadata(ofObject: json), !metadata.name.isEmpty else {
            self.meters.unreadable.add()
            return nil
        }
        self.remove(Key(metadata.namespace, metadata.name))
        return metadata.resourceVersion
    }

    /// Takes the object out that has this place.
    mutating func remove(_ key: Key) {
        self.listed.remove(key)
        self.store.remove(key.namespace, key.name)
    }

    /// Counts an object that can't be read or is too large; what is known of it stays.
    mutating func leaveOut(_ key: Key, isListed: Bool) {
        self.meters.unreadable.add()
        if isListed { self.listed.insert(key) }
    }

    /// Begins a list.
    mutating func beginList() { self.listed = [] }

    /// Ends a list: what was not in it is gone.
    mutating func finishList() {
        self.store.finishList(keeping: self.listed)
        self.listed = []
    }
}
