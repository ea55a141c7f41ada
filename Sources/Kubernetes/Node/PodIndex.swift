import Codecs

/// Where the pods of this node are found by UID, those that are gone for a while among them.
///
/// The pods themselves stay in their store; only those that are gone are kept here, so that their
/// last lines and samples can still be named.
struct PodIndex {
    /// How long a pod that is gone is remembered, in nanoseconds.
    static let memory: Int64 = 15 * 60 * 1_000_000_000
    /// The most pods that are remembered after they are gone; the oldest goes first.
    static let goneLimit = 1_000

    /// The hash of its manifest, by which the kubelet calls a static pod's log folder.
    private static let hashAnnotations = [
        "kubernetes.io/config.mirror", "kubernetes.io/config.hash",
    ]

    typealias Place = ObjectStore<PodObject>.Key

    private var places: [String: Place] = [:]
    private var gone: [String: Boxed<PodObject>] = [:]
    /// The UIDs of `gone` with the time of their going, oldest first.
    private var order: [(uid: String, at: Int64)] = []

    /// Takes a pod in.
    mutating func add(_ pod: PodObject) {
        for uid in Self.names(of: pod) {
            self.places[uid] = Place(pod)
            // A kubelet that was restarted may tell of a pod again that seemed gone.
            self.gone[uid] = nil
        }
    }

    /// Remembers a pod that is gone.
    mutating func remove(_ pod: PodObject, at now: Int64) {
        let boxed = Boxed(pod)
        for uid in Self.names(of: pod) {
            // Another pod may have the place by now, but never the UID.
            self.places[uid] = nil
            self.gone[uid] = boxed
            self.order.append((uid, now))
        }
        self.forget(at: now)
    }

    /// Where a pod is in the store.
    func place(of uid: String) -> Place? { self.places[uid] }

    /// A pod that is gone.
    func gone(_ uid: String) -> PodObject? { self.gone[uid]?.value }

    /// The number of pods that are remembered after they are gone.
    var goneCount: Int { self.gone.count }

    private mutating func forget(at now: Int64) {
        var count = 0
        while count < self.order.count,
            self.order[count].at + Self.memory < now
                || self.order.count - count > Self.goneLimit
        {
            self.gone[self.order[count].uid] = nil
            count += 1
        }
        self.order.removeFirst(count)
    }

    /// The UID of a pod, and the hash that a static pod is called by.
    private static func names(of pod: PodObject) -> [String] {
        var names = [pod.metadata.uid]
        for key in Self.hashAnnotations {
            guard let hash = pod.metadata.annotation(key), !names.contains(hash) else { continue }
            names.append(hash)
        }
        return names.filter { !$0.isEmpty }
    }
}
