import AgentTesting
import Codecs
import Pipeline
import Testing

@testable import LogSources

/// Records of pods of which the cluster tells sooner or later.
@Suite(.timeLimit(.minutes(2))) struct LogPodNameTests {
    private func pod(uid: String = "uid-1", workload: String) -> PodObject {
        var pod = PodObject(name: "web-1", namespace: "shop")
        pod.metadata.uid = uid
        pod.metadata.owners = [.init(kind: "DaemonSet", name: workload)]
        return pod
    }

    @Test func `the first records wait until the pod is known`() async throws {
        let cluster = ScriptedCluster()
        let rig = try LogRig(in: cluster)
        let log = ContainerLog(rig)
        log.write(["one"])
        let receiver = LineReceiver()
        let life = try rig.start(receiver)
        await eventually("the file is found") { !life.pipeline.catalogue.generations.isEmpty }
        #expect(receiver.lines.isEmpty)
        cluster.tell(self.pod(workload: "web"))
        await eventually("the record") { receiver.lines == ["web: one"] }
        log.write(["two"])
        await eventually("the next") { receiver.lines == ["web: one", "web: two"] }
        // What was known once stays, whatever becomes of the pod.
        cluster.forget(uid: "uid-1")
        log.write(["three"])
        await eventually("the last") { receiver.lines.last == "web: three" }
        await life.stop()
    }

    @Test func `a pod that nobody knows costs a wait, not its records`() async throws {
        let rig = try LogRig(in: ScriptedCluster())
        let log = ContainerLog(rig)
        log.write(["one"])
        let receiver = LineReceiver()
        let life = try rig.start(receiver)
        await eventually("the record") { receiver.lines == ["one"] }
        log.write(["two"])
        await eventually("the next") { receiver.lines == ["one", "two"] }
        #expect(life.addsUp)
        await life.stop()
    }

    @Test func `an agent that stops does not wait for names`() async throws {
        let rig = try LogRig(in: ScriptedCluster())
        let log = ContainerLog(rig)
        log.write(["one"])
        let receiver = LineReceiver()
        let life = try rig.start(receiver)
        await eventually("the file is found") { !life.pipeline.catalogue.generations.isEmpty }
        life.pipeline.finish()
        // Sooner than the wait for a name would be over.
        await eventually("the record", within: 1) { receiver.lines == ["one"] }
        await life.stop()
    }
}
