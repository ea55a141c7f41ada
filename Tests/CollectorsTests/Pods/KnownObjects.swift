import AgentTesting
import Bytes
import Codecs
import Pipeline

/// A cluster of which everything is known at once.
struct KnownObjects: NodeObjects {
    var isAsked = true
    var isKnown = true
    var pods: [PodObject] = []
    var node: NodeObject?

    /// Reads pods and the node from JSON.
    init(pods: [String] = [], node: String? = nil) throws {
        self.pods = try pods.map { text in
            let bytes = Array(text.utf8)
            return try PodObject(json: bytes.span)
        }
        self.node = try node.map { text in
            let bytes = Array(text.utf8)
            return try NodeObject(json: bytes.span)
        }
    }

    /// Takes the recorded pods and the recorded node.
    init(recorded path: String, node: String) throws {
        var framer = ListFramer(limit: 1 << 20)
        var pods: [[UInt8]] = []
        let list = try KubernetesFixtures.bytes(path)
        try framer.take(list.span) { pods.append($0.array) }
        self.pods = try pods.map { try PodObject(json: $0.span) }
        let bytes = try KubernetesFixtures.bytes(node)
        self.node = try NodeObject(json: bytes.span)
    }

    func pod(uid: String) -> PodObject? { self.pods.first { $0.metadata.uid == uid } }
    func workload(of pod: PodObject) -> ObjectMetadata.Owner? { pod.metadata.controller }
    func namespace(_ name: String) -> ObjectMetadata? { nil }
    func leaseEvents(
        ofPods hasPods: Bool,
        _ observer: @escaping @Sendable (EventObject) -> Void,
    ) -> (any Sendable)? { nil }
}

/// One round of a fresh collector over a cluster.
func collect<C: Collector & ~Copyable>(
    _ type: C.Type,
    _ yaml: String = "{}",
    cluster: KnownObjects,
) throws -> Round {
    var harness = try CollectorHarness(type, yaml, cluster: cluster)
    return harness.collect()
}
