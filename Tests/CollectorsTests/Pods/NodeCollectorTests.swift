import AgentTesting
import Codecs
import Collectors
import Pipeline
import Testing

/// Against the series that kube-state-metrics 2.20 makes of the same node.
@Suite struct NodeCollectorTests {
    private static let node = #"""
        {"metadata":{"name":"n","creationTimestamp":"2026-11-23T02:22:36Z",
          "labels":{"node-role.kubernetes.io/control-plane":"","zone":"z"},
          "annotations":{"a":"1"}},
         "spec":{"providerID":"aws://1","podCIDR":"10.0.0.0/24","unschedulable":true,
          "podCIDRs":["10.0.0.0/24","fd00::/64"],
          "taints":[{"key":"k","value":"v","effect":"NoSchedule"}]},
         "status":{"capacity":{"cpu":"3920m","memory":"24684084Ki","pods":"110",
            "nvidia.com/gpu":"4","hugepages-2Mi":"0","bogus":"1"},
          "allocatable":{"cpu":"2","memory":"9223372036854775807","ephemeral-storage":"much"},
          "conditions":[{"type":"Ready","status":"True"},{"type":"Odd","status":"Unknown"}],
          "addresses":[{"type":"InternalIP","address":"10.99.0.1"},
            {"type":"Hostname","address":"n"}],
          "nodeInfo":{"kernelVersion":"6.1","osImage":"Debian","systemUUID":"s",
            "containerRuntimeVersion":"containerd://1","kubeletVersion":"v1.36.2"}}}
        """#

    private func round<C: Collector & ~Copyable>(
        _ type: C.Type,
        _ yaml: String = "{}",
        _ node: String? = Self.node,
    ) throws -> Round {
        try collect(type, yaml, cluster: ScriptedCluster(pods: [], node: node))
    }

    @Test func `what the node is`() throws {
        #expect(
            try self.round(NodeInfoCollector.self).samples == [
                #"kube_node_created{node="n"} 1.795400556e+09"#,
                #"kube_node_info{node="n",kernel_version="6.1",os_image="Debian","#
                    + #"container_runtime_version="containerd://1",kubelet_version="v1.36.2","#
                    + #"kubeproxy_version="deprecated",provider_id="aws://1","#
                    + #"pod_cidr="10.0.0.0/24",system_uuid="s",internal_ip="10.99.0.1"} 1"#,
                #"kube_node_role{node="n",role="control-plane"} 1"#,
                #"kube_node_spec_pod_cidrs{node="n",pod_cidr="10.0.0.0/24"} 1"#,
                #"kube_node_spec_pod_cidrs{node="n",pod_cidr="fd00::/64"} 1"#,
                #"kube_node_spec_taint{node="n",key="k",value="v",effect="NoSchedule"} 1"#,
                #"kube_node_spec_unschedulable{node="n"} 1"#,
                #"kube_node_status_addresses{node="n",type="Hostname",address="n"} 1"#,
                #"kube_node_status_addresses{node="n",type="InternalIP",address="10.99.0.1"} 1"#,
            ]
        )
    }

    @Test func `a node that goes says since when`() throws {
        let going = #"{"metadata":{"name":"n","deletionTimestamp":"2026-11-23T02:22:36Z"}}"#
        let samples = try self.round(NodeInfoCollector.self, "{}", going).samples
        #expect(samples.contains(#"kube_node_deletion_timestamp{node="n"} 1.795400556e+09"#))
        #expect(samples.contains(#"kube_node_spec_unschedulable{node="n"} 0"#))
    }

    @Test func `how the node is`() throws {
        #expect(
            try self.round(NodeStatusCollector.self).samples == [
                #"kube_node_status_allocatable{node="n",resource="cpu",unit="core"} 2"#,
                #"kube_node_status_allocatable{node="n",resource="memory",unit="byte"} "#
                    + "9.223372036854776e+18",
                #"kube_node_status_capacity{node="n",resource="cpu",unit="core"} 3.92"#,
                #"kube_node_status_capacity{node="n",resource="hugepages_2Mi",unit="byte"} 0"#,
                #"kube_node_status_capacity{node="n",resource="memory",unit="byte"} "#
                    + "2.5276502016e+10",
                #"kube_node_status_capacity{node="n",resource="nvidia_com_gpu",unit="integer"} 4"#,
                #"kube_node_status_capacity{node="n",resource="pods",unit="integer"} 110"#,
                #"kube_node_status_condition{node="n",condition="Odd",status="false"} 0"#,
                #"kube_node_status_condition{node="n",condition="Odd",status="true"} 0"#,
                #"kube_node_status_condition{node="n",condition="Odd",status="unknown"} 1"#,
                #"kube_node_status_condition{node="n",condition="Ready",status="false"} 0"#,
                #"kube_node_status_condition{node="n",condition="Ready",status="true"} 1"#,
                #"kube_node_status_condition{node="n",condition="Ready",status="unknown"} 0"#,
            ]
        )
    }

    @Test func `labels and annotations are shown where they are asked for`() throws {
        #expect(try self.round(LabelCollector.self).text == "")
        #expect(
            try self.round(LabelCollector.self, "nodes: ['node-role*', zone, nosuch]").samples == [
                #"kube_node_labels{node="n",label_node_role_kubernetes_io_control_plane="","#
                    + #"label_zone="z"} 1"#
            ]
        )
        #expect(
            try self.round(AnnotationCollector.self, "nodes: ['*']").samples == [
                #"kube_node_annotations{node="n",annotation_a="1"} 1"#
            ]
        )
    }

    @Test func `keys of pods become names that labels can have`() throws {
        let pods = try ScriptedCluster(pods: [PodCollectorTests.pod])
        let id = #"namespace="d",pod="p",uid="u""#
        #expect(
            try collect(LabelCollector.self, "pods: ['*']", cluster: pods).samples == [
                "kube_pod_labels{\(id),"
                    + #"label_a_b_conflict1="1",label_a_b_conflict2="2",label_app="web","#
                    + #"label_app_kubernetes_io_part_of="x"} 1"#
            ]
        )
        #expect(
            try collect(AnnotationCollector.self, "pods: [note]", cluster: pods).samples == [
                "kube_pod_annotations{\(id),annotation_note=\"say \\\"hi\\\"\"} 1"
            ]
        )
    }

    @Test func `an entry with two stars is refused`() throws {
        #expect(throws: BadOptions.self) {
            _ = try self.round(LabelCollector.self, "pods: ['*a*']")
        }
    }

    @Test func `before anything is known there is nothing to say`() throws {
        let cluster = ScriptedCluster()
        let pods = try collect(PodInfoCollector.self, cluster: cluster)
        #expect(pods.text == "")
        #expect(pods.error?.kind == .noData)
        let node = try collect(NodeStatusCollector.self, cluster: cluster)
        #expect(node.text == "")
        #expect(node.error?.kind == .noData)
    }
}
