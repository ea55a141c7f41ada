package import Codecs
package import Telemetry

/// `role: service`: every port of every service, by its name in the cluster.
///
/// Source: Prometheus, `discovery/kubernetes/service.go`.
package enum ServiceRole {
    /// The source of a service's group.
    package static func source(_ namespace: String, _ name: String) -> String {
        "svc/\(namespace)/\(name)"
    }

    /// The group of a service.
    package static func group(
        _ service: ServiceObject,
        _ settings: RoleSettings,
        _ related: inout some RelatedObjects,
    ) -> TargetGroup {
        let (namespace, name) = (service.metadata.namespace, service.metadata.name)
        var common = self.labels(of: service)
        common.addNamespace(namespace, settings, &related)
        return TargetGroup(
            source: self.source(namespace, name),
            labels: common.labels,
            targets: service.ports.map { port in
                var target = MetaLabels()
                let host = "\(name).\(namespace).svc"
                target.add(whole: "__address__", MetaLabels.address(host, port.number))
                target.add("service_port_name", port.name)
                target.add("service_port_number", "\(port.number)")
                target.add("service_port_protocol", port.protocolName)
                target.add("service_type", service.type)
                if service.type == "ExternalName" {
                    target.add("service_external_name", service.externalName)
                } else {
                    target.add("service_cluster_ip", service.clusterIP)
                }
                if service.type == "LoadBalancer" {
                    let addresses = service.ingressIPs.filter { !$0.isEmpty }
                    let isKnown = !addresses.isEmpty
                    target.add(
                        "service_loadbalancer_ip",
                        isKnown ? addresses.joined(separator: ",") : service.loadBalancerIP,
                    )
                }
                return target.labels
            },
        )
    }

    /// The labels that a service gives its targets, in this role and in others.
    static func labels(of service: ServiceObject) -> MetaLabels {
        var labels = MetaLabels()
        labels.add("namespace", service.metadata.namespace)
        labels.add(service.metadata, of: "service")
        return labels
    }
}
