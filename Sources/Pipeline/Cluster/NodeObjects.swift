package import Codecs

/// What the cluster says of this node: one source for metrics, logs and traces.
///
/// Every answer is what is known now; nothing waits.
package protocol NodeObjects: Sendable {
    /// Whether somebody is asked for the pods of this node.
    var isAsked: Bool { get }
    /// Whether the pods of this node have been heard of once.
    var isKnown: Bool { get }
    /// The pods of this node that exist, in no order.
    var pods: [PodObject] { get }
    /// This node; nil before it is known, or where nothing says.
    var node: NodeObject? { get }
    /// A pod by its UID; also one that was deleted a while ago. Static pods are known by the hash of
    /// their manifest as well, which is what their log folders are called by.
    func pod(uid: String) -> PodObject?
    /// What a pod belongs to at last: the Deployment of its ReplicaSet, the CronJob of its Job, or
    /// its controller itself.
    func workload(of pod: PodObject) -> ObjectMetadata.Owner?
    /// A namespace's metadata, where namespaces are watched.
    func namespace(_ name: String) -> ObjectMetadata?
    /// Tells of the events of this node, and of its pods if they are wanted, as long as what is
    /// returned lives; nil where nobody is asked.
    func leaseEvents(
        ofPods hasPods: Bool,
        _ observer: @escaping @Sendable (EventObject) -> Void,
    ) -> (any Sendable)?
}

/// Outside a cluster nothing is known.
package struct NoNodeObjects: NodeObjects {
    /// Knows nothing.
    package init() {}

    package var isAsked: Bool { false }
    package var isKnown: Bool { false }
    package var pods: [PodObject] { [] }
    package var node: NodeObject? { nil }
    package func pod(uid: String) -> PodObject? { nil }
    package func workload(of pod: PodObject) -> ObjectMetadata.Owner? { nil }
    package func namespace(_ name: String) -> ObjectMetadata? { nil }
    package func leaseEvents(
        ofPods hasPods: Bool,
        _ observer: @escaping @Sendable (EventObject) -> Void,
    ) -> (any Sendable)? { nil }
}
