import AgentTesting
import Codecs
import Pipeline
import Telemetry
import Testing

@testable import LogSources

/// Files that pods write into their volumes.
@Suite(.timeLimit(.minutes(2))) struct LogPodVolumeTests {
    private func pod(_ uid: String, _ name: String) -> PodObject {
        var pod = PodObject(name: name, namespace: "shop")
        pod.metadata.uid = uid
        pod.metadata.owners = [.init(kind: "DaemonSet", name: name)]
        return pod
    }

    private func source(_ rig: LogRig, _ keys: String = "") -> String {
        "[{name: v, type: pod_volumes, path: \"\(rig.folder)/kubelet\", rotate_wait: 1s, "
            + "rescan_interval: 1s\(keys)}]"
    }

    private func volume(_ uid: String, _ name: String) -> String {
        "kubelet/\(uid)/volumes/kubernetes.io~empty-dir/\(name)"
    }

    @Test func `records have the pod whose volume it is`() async throws {
        let cluster = ScriptedCluster()
        let rig = try LogRig(in: cluster)
        cluster.tell(self.pod("uid-1", "web"))
        let logs = self.volume("uid-1", "logs")
        let cache = self.volume("uid-1", "cache")
        let late = self.volume("uid-2", "logs")
        rig.run(
            "mkdir -p \(logs)/deep \(cache) \(late) kubelet/uid-1/etc-hosts.d kubelet/uid-1/volumes/x"
        )
        rig.append("one", to: "\(logs)/a.log")
        rig.append("two", to: "\(logs)/deep/b.log")
        rig.append("no", to: "\(cache)/c.log")
        rig.append("no", to: "\(logs)/d.txt")
        rig.append("no", to: "kubelet/uid-1/volumes/x/e.log")
        rig.append("three", to: "\(late)/f.log")
        let receiver = LineReceiver()
        let life = try rig.start(receiver, sources: self.source(rig, ", volumes: [\"logs\"]"))
        await eventually("the known pod's records") {
            receiver.lines.sorted() == ["web: one", "web: two"]
        }
        // A pod may become known after its files: its records wait for that a while.
        cluster.tell(self.pod("uid-2", "job"))
        await eventually("the other pod's record") { receiver.lines.contains("job: three") }
        let origins = life.pipeline.ledger.rows.map(\.origin)
        #expect(origins.count == 3 && origins.allSatisfy { $0.namespace == "shop" })
        #expect(Set(origins.map { "\($0.pod) \($0.podUID)" }) == ["web uid-1", "job uid-2"])
        rig.append("four", to: "\(logs)/a.log")
        rig.run("rm -r kubelet/uid-1")
        await eventually("the last record") { receiver.lines.contains("web: four") }
        #expect(receiver.lines.count == 4)
        #expect(life.addsUp)
        await life.stop()
    }

    @Test func `outside a cluster a volume is a folder like any other`() async throws {
        let rig = try LogRig()
        let logs = self.volume("uid-1", "logs")
        rig.run("mkdir -p \(logs)")
        rig.append("one", to: "\(logs)/a.log")
        let receiver = LineReceiver()
        let life = try rig.start(receiver, sources: self.source(rig, ", exclude: [\"x/*.log\"]"))
        await eventually("the record") { receiver.lines == ["one"] }
        await life.stop()
    }
}
