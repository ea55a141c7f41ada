package import Codecs
package import Telemetry

/// `role: endpoints`: every address behind every service, by port.
///
/// Source: Prometheus, `discovery/kubernetes/endpoints.go`.
package enum EndpointsRole {
    /// The source of the group of a service's endpoints.
    package static func source(_ namespace: String, _ name: String) -> String {
        "endpoints/\(namespace)/\(name)"
    }

    /// The group of a service's endpoints.
    package static func group(
        _ endpoints: EndpointsObject,
        _ settings: RoleSettings,
        _ related: inout some RelatedObjects,
    ) -> TargetGroup {
        let (namespace, name) = (endpoints.metadata.namespace, endpoints.metadata.name)
        var common = MetaLabels()
        common.add("namespace", namespace)
        if let service = related.service(namespace, name) {
            common.add(ServiceRole.labels(of: service))
        }
        common.add(endpoints.metadata, of: "endpoints")
        common.addNamespace(namespace, settings, &related)
        var group = TargetGroup(source: self.source(namespace, name), labels: common.labels)
        var pods = BackingPods(settings)
        for subset in endpoints.subsets {
            for port in subset.ports {
                for (addresses, isReady) in [
                    (subset.addresses, true), (subset.notReadyAddresses, false),
                ] {
                    for address in addresses
                    where !settings.leavesOut(address.nodeName, address.target, &related) {
                        group.targets.append(
                            self.target(address, port, isReady, &pods, settings, &related)
                        )
                    }
                }
            }
        }
        group.targets += pods.rest()
        return group
    }

    private static func target(
        _ address: EndpointsObject.Address,
        _ port: ServicePort,
        _ isReady: Bool,
        _ pods: inout BackingPods,
        _ settings: RoleSettings,
        _ related: inout some RelatedObjects,
    ) -> LabelSet {
        var target = MetaLabels()
        target.add(whole: "__address__", MetaLabels.address(address.ip, port.number))
        target.add("endpoint_port_name", port.name)
        target.add("endpoint_port_protocol", port.protocolName)
        target.add("endpoint_ready", "\(isReady)")
        target.add("endpoint_address_target_kind", address.target?.kind)
        target.add("endpoint_address_target_name", address.target?.name)
        target.add("endpoint_node_name", address.nodeName)
        target.add("endpoint_hostname", address.hostname)
        let referred = address.target.flatMap { $0.kind == "Node" ? $0.name : nil }
        target.addNode(address.nodeName ?? referred, settings, &related)
        if let pod = BackingPods.pod(address.target, &related) {
            pods.describe(
                &target,
                pod,
                port: port.number,
                protocolName: port.protocolName,
                &related,
            )
        }
        return target.labels
    }
}
