import Codecs
import Pipeline

extension MetricWriter {
    /// Writes one sample of a pod, with the labels that every series of a pod has.
    mutating func sample(
        of pod: PodObject,
        _ value: Double,
        _ label: (inout MetricLabels) -> Void = { _ in },
    ) {
        self.sample(value) { labels in
            labels.add("namespace", pod.metadata.namespace)
            labels.add("pod", pod.metadata.name)
            labels.add("uid", pod.metadata.uid)
            label(&labels)
        }
    }

    /// Writes one sample of a pod; none when there is no time.
    mutating func sample(of pod: PodObject, time: Int64?) {
        if let time { self.sample(of: pod, Double(time)) }
    }

    /// Writes one sample of the node, with the label that every series of the node has.
    mutating func sample(
        of node: NodeObject,
        _ value: Double,
        _ label: (inout MetricLabels) -> Void = { _ in },
    ) {
        self.sample(value) { labels in
            labels.add("node", node.metadata.name)
            label(&labels)
        }
    }
}

extension NodeObjects {
    /// The pods of this node.
    ///
    /// - Throws: as long as nobody has said what they are.
    func knownPods() throws(CollectError) -> [PodObject] {
        if self.isKnown { return self.pods }
        throw .noData("the pods of this node are not known yet")
    }

    /// This node.
    ///
    /// - Throws: as long as nobody has said what it is.
    func knownNode() throws(CollectError) -> NodeObject {
        if let node = self.node { return node }
        throw .noData("the object of this node is not known yet")
    }
}
