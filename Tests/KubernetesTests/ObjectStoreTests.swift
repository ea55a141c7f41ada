import Codecs
import Kubernetes
import Synchronization
import Testing

@Suite struct ObjectStoreTests {
    /// An object that is nothing but a name and a version.
    private struct Thing: APIObject {
        static let resource = APIResource("things")
        var metadata: ObjectMetadata

        init(_ name: String, version: String = "1") {
            self.metadata = ObjectMetadata(name: name, namespace: "default")
            self.metadata.resourceVersion = version
        }

        init(json: borrowing Span<UInt8>) throws(ObjectUnreadable) {
            throw ObjectUnreadable("things are not read")
        }
    }

    private final class Heard: Sendable {
        private let lines = Mutex<[String]>([])

        var all: [String] { self.lines.withLock { $0 } }

        func take(_ change: ObjectStore<Thing>.Change) {
            let line =
                switch change {
                case .updated(let object, let previous):
                    "\(previous == nil ? "+" : "~")\(object.metadata.name)"
                case .removed(let object): "-\(object.metadata.name)"
                case .synced: "synced"
                case .failed(let reason): "failed: \(reason)"
                }
            self.lines.withLock { $0.append(line) }
        }
    }

    @Test func observersHearOfWhatChanges() {
        let store = ObjectStore<Thing>()
        let heard = Heard()
        let number = store.observe { heard.take($0) }
        store.update(Thing("a"))
        store.update(Thing("a"))
        store.update(Thing("a", version: "2"))
        store.update(Thing("b"))
        store.finishList(keeping: [.init("default", "a")])
        store.finishList(keeping: [.init("default", "a")])
        store.fail("gone")
        store.remove("default", "a")
        store.stopObserving(number)
        store.update(Thing("c"))
        #expect(heard.all == ["+a", "~a", "+b", "-b", "synced", "failed: gone", "-a"])
        #expect(store.isSynced)
        #expect(store.count == 1)
    }

    @Test func theEndOfAFailureIsTold() {
        let store = ObjectStore<Thing>()
        let heard = Heard()
        _ = store.observe { heard.take($0) }
        store.recover()
        store.fail("refused")
        #expect(store.failure == "refused")
        store.finishList(keeping: [])
        store.fail("gone")
        store.recover()
        store.recover()
        #expect(store.failure == nil)
        #expect(heard.all == ["failed: refused", "synced", "failed: gone", "synced"])
    }
}
