import Codecs
import Telemetry

/// The pods behind the endpoints of a service, and which of their ports the endpoints cover.
struct BackingPods {
    private struct Entry {
        let pod: PodObject
        let labels: MetaLabels
        var ports: Set<Int> = []
    }

    private var entries: [Entry] = []
    private var places: [String: Int] = [:]
    private let settings: RoleSettings

    init(_ settings: RoleSettings) { self.settings = settings }

    /// The pod that a reference means, if it is one that is known.
    static func pod(
        _ reference: EndpointsObject.Reference?,
        _ related: inout some RelatedObjects,
    ) -> PodObject? {
        guard let reference, reference.kind == "Pod" else { return nil }
        return related.pod(reference.namespace, reference.name)
    }

    /// Adds to a target's labels those of its pod, and of the container that declares its port.
    mutating func describe(
        _ target: inout MetaLabels,
        _ pod: PodObject,
        port: Int?,
        protocolName: String?,
        _ related: inout some RelatedObjects,
    ) {
        let key = "\(pod.metadata.namespace)/\(pod.metadata.name)"
        let place: Int
        if let known = self.places[key] {
            place = known
        } else {
            place = self.entries.count
            self.places[key] = place
            let labels = PodRole.labels(of: pod, self.settings, &related)
            self.entries.append(Entry(pod: pod, labels: labels))
        }
        target.add(self.entries[place].labels)
        guard let port else { return }
        self.entries[place].ports.insert(port)
        for (container, isInit) in Self.containers(of: pod) {
            guard let declared = container.ports.first(where: { $0.number == port }) else {
                continue
            }
            Self.describe(&target, container, declared, isInit, protocolName)
        }
    }

    /// Targets for ports that the pods declare and no endpoint covers.
    func rest() -> [LabelSet] {
        var targets: [LabelSet] = []
        for entry in self.entries where !entry.pod.podIP.isEmpty {
            for (container, isInit) in Self.containers(of: entry.pod) {
                for port in container.ports where !entry.ports.contains(port.number) {
                    var target = entry.labels
                    target.add(
                        whole: "__address__",
                        MetaLabels.address(entry.pod.podIP, port.number),
                    )
                    Self.describe(&target, container, port, isInit, nil)
                    targets.append(target.labels)
                }
            }
        }
        return targets
    }

    private static func containers(
        of pod: PodObject
    ) -> [(container: PodObject.Container, isInit: Bool)] {
        pod.containers.map { ($0, false) } + pod.initContainers.map { ($0, true) }
    }

    private static func describe(
        _ target: inout MetaLabels,
        _ container: PodObject.Container,
        _ port: PodObject.Port,
        _ isInit: Bool,
        _ protocolName: String?,
    ) {
        target.add("pod_container_name", container.name)
        target.add("pod_container_image", container.image)
        target.add("pod_container_port_name", port.name)
        target.add("pod_container_port_number", "\(port.number)")
        target.add("pod_container_port_protocol", protocolName ?? port.protocolName)
        target.add("pod_container_init", "\(isInit)")
    }
}

extension RoleSettings {
    /// Whether an endpoint is to be left out because it is on another node.
    ///
    /// One that is a pod belongs where the pod is, also where only the pod says which node that is;
    /// one of which nothing says a node belongs to none.
    func leavesOut(
        _ nodeName: String?,
        _ target: EndpointsObject.Reference?,
        _ related: inout some RelatedObjects,
    ) -> Bool {
        guard let node = self.node else { return false }
        if let nodeName, !nodeName.isEmpty { return nodeName != node }
        guard let target else { return false }
        switch target.kind {
        case "Node": return target.name != node
        // Only the pods of this node are known here.
        case "Pod": return related.pod(target.namespace, target.name)?.nodeName != node
        default: return false
        }
    }
}
