import AgentTesting
import Collectors
import Pipeline
import Testing

/// The series that kubernetes-mixin's alerts select, of recorded objects.
@Suite(.enabled(if: KubernetesFixtures.folder != nil, "\(KubernetesFixtures.reason)"))
struct StockAlertTests {
    private func samples<C: Collector & ~Copyable>(
        _ type: C.Type,
        of path: String = "discovery/pods.json",
    ) throws -> [String] {
        let cluster = try ScriptedCluster(recorded: path, node: "api/node.json")
        return try collect(type, cluster: cluster).samples
    }

    private func count(_ samples: [String], _ name: String, _ parts: String...) -> Int {
        samples.count { sample in
            sample.hasPrefix(name + "{") && parts.allSatisfy { sample.contains($0) }
        }
    }

    @Test func `KubePodCrashLooping and KubeContainerWaiting find the crashing container`() throws {
        let samples = try self.samples(PodContainerCollector.self, of: "kubelet/pods.json")
        let waiting = "kube_pod_container_status_waiting_reason"
        #expect(self.count(samples, waiting, #"reason="CrashLoopBackOff"} 1"#) == 1)
        #expect(self.count(samples, "kube_pod_container_status_restarts_total") == 4)
        #expect(self.count(samples, "kube_pod_container_status_last_terminated_reason") > 0)
    }

    @Test func `KubePodNotReady finds phases and owners of every pod`() throws {
        let status = try self.samples(PodStatusCollector.self)
        #expect(self.count(status, "kube_pod_status_phase") == 11 * 5)
        #expect(self.count(status, "kube_pod_status_phase", #"phase="Pending"} 1"#) > 0)
        let info = try self.samples(PodInfoCollector.self)
        #expect(self.count(info, "kube_pod_info") == 11)
        #expect(self.count(info, "kube_pod_owner", #"owner_kind="ReplicaSet""#) > 0)
        #expect(self.count(info, "kube_pod_owner", #"owner_kind="Job""#) > 0)
    }

    @Test func `KubeNodeNotReady and the overcommit alerts find the node and its requests`() throws
    {
        let node = try self.samples(NodeStatusCollector.self)
        #expect(
            self.count(
                node,
                "kube_node_status_condition",
                #"condition="Ready",status="true"} 1"#,
            ) == 1
        )
        #expect(
            self.count(node, "kube_node_status_allocatable", #"resource="cpu",unit="core"} 2"#) == 1
        )
        let resources = try self.samples(PodResourceCollector.self)
        let requests = "kube_pod_container_resource_requests"
        #expect(self.count(resources, requests, #"node="node1",resource="cpu""#) > 0)
        #expect(
            self.count(resources, requests, #"resource="memory",unit="byte"} 1.6777216e+07"#) > 0
        )
    }
}
