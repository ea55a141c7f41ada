import Bytes
import Codecs
import Pipeline
import Synchronization

/// One answer of the kubelet, read while it arrives: a pod at a time is in memory.
final class KubeletAnswer: Sendable {
    private struct State: ~Copyable {
        var framer = ListFramer(limit: KubeletPods.podLimit)
        var seen: Set<ObjectStore<PodObject>.Key> = []
        var failure: String?
    }

    private let store: ObjectStore<PodObject>
    private let state = Mutex(State())

    /// Reads into `store`.
    init(_ store: ObjectStore<PodObject>) { self.store = store }

    /// What is wrong with the answer so far.
    var failure: String? { self.state.withLock { $0.failure } }

    /// Takes a piece; false when the rest is not worth waiting for.
    func take(_ piece: Payload) -> Bool {
        self.state.withLock { state in
            let failure = Self.read(piece.bytes, self.store, &state)
            state.failure = state.failure ?? failure
            return state.failure == nil
        }
    }

    /// Takes out of the store what the answer did not have; what is wrong with it, if anything.
    func finish() -> String? {
        let (seen, failure) = self.state.withLock { state in
            (state.seen, state.failure ?? (state.framer.isComplete ? nil : "the list has no end"))
        }
        if failure == nil { self.store.finishList(keeping: seen) }
        return failure
    }

    private static func read(
        _ bytes: borrowing OutputBuffer,
        _ store: ObjectStore<PodObject>,
        _ state: inout State,
    ) -> String? {
        var failure: String?
        var seen: [ObjectStore<PodObject>.Key] = []
        do throws(ObjectUnreadable) {
            try state.framer.take(bytes.span) { item in
                do throws(ObjectUnreadable) {
                    let pod = try PodObject(json: item)
                    store.update(pod)
                    seen.append(.init(pod))
                } catch {
                    failure = failure ?? "\(error)"
                }
            }
        } catch {
            failure = failure ?? "\(error)"
        }
        state.seen.formUnion(seen)
        return failure
    }
}
