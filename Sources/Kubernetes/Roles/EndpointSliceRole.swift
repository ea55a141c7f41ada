package import Codecs
package import Telemetry

/// `role: endpointslice`: every address behind every service, by port.
///
/// Source: Prometheus, `discovery/kubernetes/endpointslice.go`.
package enum EndpointSliceRole {
    /// The label of a slice that names its service.
    package static let serviceLabel = "kubernetes.io/service-name"

    /// The source of a slice's group.
    package static func source(_ namespace: String, _ name: String) -> String {
        "endpointslice/\(namespace)/\(name)"
    }

    /// The group of a slice.
    package static func group(
        _ slice: EndpointSliceObject,
        _ settings: RoleSettings,
        _ related: inout some RelatedObjects,
    ) -> TargetGroup {
        let (namespace, name) = (slice.metadata.namespace, slice.metadata.name)
        var common = MetaLabels()
        common.add("namespace", namespace)
        common.add("endpointslice_address_type", slice.addressType)
        common.add(slice.metadata, of: "endpointslice")
        let service = slice.metadata.label(self.serviceLabel)
            .flatMap { related.service(namespace, $0) }
        if let service { common.add(ServiceRole.labels(of: service)) }
        common.addNamespace(namespace, settings, &related)
        var group = TargetGroup(source: self.source(namespace, name), labels: common.labels)
        if let service, self.isSecondary(slice, of: service) { return group }
        var pods = BackingPods(settings)
        for endpoint in slice.endpoints
        where !settings.leavesOut(endpoint.nodeName, endpoint.target, &related) {
            for port in slice.ports {
                for address in endpoint.addresses {
                    group.targets.append(
                        self.target(address, endpoint, port, &pods, settings, &related)
                    )
                }
            }
        }
        group.targets += pods.rest()
        return group
    }

    /// Whether a service has the same endpoints in its first family of addresses.
    private static func isSecondary(
        _ slice: EndpointSliceObject,
        of service: ServiceObject,
    ) -> Bool {
        guard let first = service.ipFamilies.first else { return false }
        let isDual = ["PreferDualStack", "RequireDualStack"].contains(service.ipFamilyPolicy)
        return isDual && slice.addressType != first
    }

    private static func target(
        _ address: String,
        _ endpoint: EndpointSliceObject.Endpoint,
        _ port: EndpointSliceObject.Port,
        _ pods: inout BackingPods,
        _ settings: RoleSettings,
        _ related: inout some RelatedObjects,
    ) -> LabelSet {
        var target = self.labels(of: endpoint)
        target.add(
            whole: "__address__",
            port.number.map { MetaLabels.address(address, $0) } ?? address,
        )
        target.add("endpointslice_port_name", port.name)
        target.add("endpointslice_port_protocol", port.protocolName)
        target.add("endpointslice_port", port.number.map { "\($0)" })
        target.add("endpointslice_port_app_protocol", port.appProtocol)
        let referred = endpoint.target.flatMap { $0.kind == "Node" ? $0.name : nil }
        target.addNode(referred ?? endpoint.nodeName, settings, &related)
        if let pod = BackingPods.pod(endpoint.target, &related) {
            pods.describe(&target, pod, port: port.number, protocolName: nil, &related)
        }
        return target.labels
    }

    private static func labels(of endpoint: EndpointSliceObject.Endpoint) -> MetaLabels {
        var labels = MetaLabels()
        let conditions = [
            ("ready", endpoint.isReady), ("serving", endpoint.isServing),
            ("terminating", endpoint.isTerminating),
        ]
        for (name, value) in conditions {
            labels.add("endpointslice_endpoint_conditions_\(name)", value.map { "\($0)" })
        }
        labels.add("endpointslice_endpoint_hostname", endpoint.hostname)
        labels.add("endpointslice_address_target_kind", endpoint.target?.kind)
        labels.add("endpointslice_address_target_name", endpoint.target?.name)
        labels.add("endpointslice_endpoint_node_name", endpoint.nodeName)
        labels.add("endpointslice_endpoint_zone", endpoint.zone)
        for pair in endpoint.topology {
            let name = MetaLabels.sanitized(pair.key)
            labels.add("endpointslice_endpoint_topology_\(name)", pair.value)
            labels.add("endpointslice_endpoint_topology_present_\(name)", "true")
        }
        return labels
    }
}
