package import Codecs
package import Telemetry

/// `role: ingress`: every path of every rule.
///
/// Source: Prometheus, `discovery/kubernetes/ingress.go`.
package enum IngressRole {
    /// The source of an ingress's group.
    package static func source(_ namespace: String, _ name: String) -> String {
        "ingress/\(namespace)/\(name)"
    }

    /// The group of an ingress.
    package static func group(
        _ ingress: IngressObject,
        _ settings: RoleSettings,
        _ related: inout some RelatedObjects,
    ) -> TargetGroup {
        let namespace = ingress.metadata.namespace
        var common = MetaLabels()
        common.add("namespace", namespace)
        common.add("ingress_class_name", ingress.className)
        common.add(ingress.metadata, of: "ingress")
        common.addNamespace(namespace, settings, &related)
        let secured = ingress.tlsHosts.flatMap(\.self)
        var targets: [LabelSet] = []
        for rule in ingress.rules {
            let isSecured = secured.contains { self.matches($0, rule.host) }
            for path in rule.paths.isEmpty ? ["/"] : rule.paths {
                var target = MetaLabels()
                target.add(whole: "__address__", rule.host)
                target.add("ingress_scheme", isSecured ? "https" : "http")
                target.add("ingress_host", rule.host)
                target.add("ingress_path", path.isEmpty ? "/" : path)
                targets.append(target.labels)
            }
        }
        return TargetGroup(
            source: self.source(namespace, ingress.metadata.name),
            labels: common.labels,
            targets: targets,
        )
    }

    /// Whether a host is a pattern's, of which the first part may be `*`.
    static func matches(_ pattern: String, _ host: String) -> Bool {
        if pattern == host { return true }
        let wanted = pattern.split(separator: ".", omittingEmptySubsequences: false)
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return wanted.first == "*" && wanted.count == parts.count
            && wanted.dropFirst() == parts.dropFirst()
    }
}
