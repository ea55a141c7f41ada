import Bytes

extension JSONReader {
    /// Takes a string that most pods have the same: one of those costs no memory of its own.
    ///
    /// Only texts that are too long to lie within a `String` are worth an entry.
    mutating func commonString() throws(Failure) -> String {
        let range = try self.rawString()
        return try self.commonString(in: range)
    }

    /// A string or a key that was taken, as `commonString`.
    mutating func commonString(in range: Range<Int>) throws(Failure) -> String {
        switch self.text.extracting(range) {
        case "PodReadyToStartContainers": "PodReadyToStartContainers"
        case "default-scheduler": "default-scheduler"
        case "node.kubernetes.io/not-ready": "node.kubernetes.io/not-ready"
        case "node.kubernetes.io/unreachable": "node.kubernetes.io/unreachable"
        case "node.kubernetes.io/disk-pressure": "node.kubernetes.io/disk-pressure"
        case "node.kubernetes.io/memory-pressure": "node.kubernetes.io/memory-pressure"
        case "node.kubernetes.io/pid-pressure": "node.kubernetes.io/pid-pressure"
        case "node.kubernetes.io/unschedulable": "node.kubernetes.io/unschedulable"
        case "node.kubernetes.io/network-unavailable": "node.kubernetes.io/network-unavailable"
        case "system-node-critical": "system-node-critical"
        case "system-cluster-critical": "system-cluster-critical"
        case "app.kubernetes.io/name": "app.kubernetes.io/name"
        case "app.kubernetes.io/instance": "app.kubernetes.io/instance"
        case "app.kubernetes.io/component": "app.kubernetes.io/component"
        case "app.kubernetes.io/part-of": "app.kubernetes.io/part-of"
        case "app.kubernetes.io/version": "app.kubernetes.io/version"
        case "app.kubernetes.io/managed-by": "app.kubernetes.io/managed-by"
        case "pod-template-hash": "pod-template-hash"
        case "controller-revision-hash": "controller-revision-hash"
        case "pod-template-generation": "pod-template-generation"
        case "statefulset.kubernetes.io/pod-name": "statefulset.kubernetes.io/pod-name"
        case "apps.kubernetes.io/pod-index": "apps.kubernetes.io/pod-index"
        case "prometheus.io/scrape": "prometheus.io/scrape"
        case "prometheus.io/port": "prometheus.io/port"
        case "prometheus.io/path": "prometheus.io/path"
        case "kubernetes.io/config.seen": "kubernetes.io/config.seen"
        case "kubernetes.io/config.source": "kubernetes.io/config.source"
        case "kubectl.kubernetes.io/restartedAt": "kubectl.kubernetes.io/restartedAt"
        default: try self.string(in: range)
        }
    }
}
