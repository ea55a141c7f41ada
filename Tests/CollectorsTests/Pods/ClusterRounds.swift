import AgentTesting
import Bytes
import Codecs
import Collectors
import Pipeline

extension ScriptedCluster {
    /// Knows pods and a node, which are given as JSON.
    convenience init(pods: [String], node: String? = nil) throws {
        self.init()
        for text in pods {
            let bytes = Array(text.utf8)
            self.tell(try PodObject(json: bytes.span))
        }
        if let node {
            let bytes = Array(node.utf8)
            self.tell(try NodeObject(json: bytes.span))
        }
    }

    /// Knows the recorded pods and the recorded node.
    convenience init(recorded path: String, node: String) throws {
        self.init()
        var framer = ListFramer(limit: 1 << 20)
        var pods: [[UInt8]] = []
        let list = try KubernetesFixtures.bytes(path)
        try framer.take(list.span) { pods.append($0.array) }
        for pod in pods { self.tell(try PodObject(json: pod.span)) }
        let bytes = try KubernetesFixtures.bytes(node)
        self.tell(try NodeObject(json: bytes.span))
    }
}

/// One round of a fresh collector over a cluster.
func collect<C: Collector & ~Copyable>(
    _ type: C.Type,
    _ yaml: String = "{}",
    cluster: any NodeObjects,
) throws -> Round {
    var harness = try CollectorHarness(type, yaml, cluster: cluster)
    return harness.collect()
}
