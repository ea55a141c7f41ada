package import Codecs
package import Telemetry

/// `role: pod`: every port of every container, and containers without ports.
///
/// Source: Prometheus, `discovery/kubernetes/pod.go`.
package enum PodRole {
    /// The source of a pod's group.
    package static func source(_ namespace: String, _ name: String) -> String {
        "pod/\(namespace)/\(name)"
    }

    /// The group of a pod; without targets while the pod has no address, or where its node is
    /// attached and not among the known ones.
    package static func group(
        _ pod: PodObject,
        _ settings: RoleSettings,
        _ related: inout some RelatedObjects,
    ) -> TargetGroup {
        let namespace = pod.metadata.namespace
        var group = TargetGroup(source: self.source(namespace, pod.metadata.name))
        if let node = settings.node, pod.nodeName != node { return group }
        // The node is looked up in any case, so that the group is made anew when it comes to be known.
        let isLeftOut = settings.attachesNode && related.node(pod.nodeName) == nil
        if pod.podIP.isEmpty || isLeftOut { return group }
        var common = self.labels(of: pod, settings, &related)
        common.add("namespace", namespace)
        common.addNode(pod.nodeName, settings, &related)
        common.addNamespace(namespace, settings, &related)
        group.labels = common.labels
        group.targets =
            self.targets(pod, pod.containers, pod.containerStatuses, isInit: false)
            + self.targets(pod, pod.initContainers, pod.initContainerStatuses, isInit: true)
        return group
    }

    /// The labels that a pod gives its targets, in this role and in others.
    static func labels(
        of pod: PodObject,
        _ settings: RoleSettings,
        _ related: inout some RelatedObjects,
    ) -> MetaLabels {
        var labels = MetaLabels()
        labels.add("pod_ip", pod.podIP)
        let ready = pod.conditions.first { $0.type == "Ready" }?.status ?? "Unknown"
        labels.add("pod_ready", ready.lowercased())
        labels.add("pod_phase", pod.phase)
        labels.add("pod_node_name", pod.nodeName)
        labels.add("pod_host_ip", pod.hostIP)
        labels.add("pod_uid", pod.metadata.uid)
        labels.add(pod.metadata, of: "pod")
        guard let controller = pod.metadata.controller else { return labels }
        labels.add("pod_controller_kind", controller.kind)
        labels.add("pod_controller_name", controller.name)
        let namespace = pod.metadata.namespace
        switch controller.kind {
        case "ReplicaSet" where settings.attachesDeployment:
            let owner = related.replicaSet(namespace, controller.name)?.metadata.controller
            if let owner, owner.kind == "Deployment" {
                labels.add("pod_deployment_name", owner.name)
            }
        case "Job":
            if settings.attachesJob { labels.add("pod_job_name", controller.name) }
            if !settings.attachesCronJob { break }
            let owner = related.job(namespace, controller.name)?.metadata.controller
            if let owner, owner.kind == "CronJob" { labels.add("pod_cronjob_name", owner.name) }
        default: break
        }
        return labels
    }

    private static func targets(
        _ pod: PodObject,
        _ containers: [PodObject.Container],
        _ statuses: [PodObject.ContainerStatus],
        isInit: Bool,
    ) -> [LabelSet] {
        var targets: [LabelSet] = []
        for container in containers {
            var common = MetaLabels()
            let status = statuses.first { $0.name == container.name }
            common.add("pod_container_name", container.name)
            common.add("pod_container_id", status?.containerID)
            common.add("pod_container_image", container.image)
            common.add("pod_container_init", "\(isInit)")
            // Without a port the address is left to relabeling.
            if container.ports.isEmpty {
                common.add(whole: "__address__", pod.podIP)
                targets.append(common.labels)
            }
            for port in container.ports {
                var target = common
                target.add(whole: "__address__", MetaLabels.address(pod.podIP, port.number))
                target.add("pod_container_port_number", "\(port.number)")
                target.add("pod_container_port_name", port.name)
                target.add("pod_container_port_protocol", port.protocolName)
                targets.append(target.labels)
            }
        }
        return targets
    }
}
