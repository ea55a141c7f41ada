import AgentTesting
import Codecs
import Pipeline
import Testing

@testable import LogSources

/// What annotations of pods and the cluster's silence do to delivery.
@Suite(.timeLimit(.minutes(2))) struct LogShareTests {
    private func pod(_ name: String, _ annotations: KeyValuePairs<String, String>) -> PodObject {
        var pod = PodObject(name: name, namespace: "shop")
        pod.metadata.uid = name
        pod.metadata.annotations = annotations.map { .init($0.key, $0.value) }
        return pod
    }

    @Test func `weights are shares where several have much to deliver`() async throws {
        let cluster = ScriptedCluster()
        cluster.tell(self.pod("heavy", ["martlet.dev/weight": "3"]))
        cluster.tell(self.pod("light", [:]))
        let rig = try LogRig(in: cluster)
        let text = String(repeating: "x", count: 960)
        for name in ["light", "heavy"] {
            let log = ContainerLog(rig, pod: name, uid: name)
            let line = "2026-11-23T01:30:00.123456789Z stdout F \(name) \(text)\n"
            for _ in 0..<40 { log.raw(String(repeating: line, count: 100)) }
        }
        let receiver = LineReceiver { _, _ in .status(503) }
        let life = try rig.start([("sink", receiver)], logs: { $0.parsers = [:] })
        await eventually("both files") { life.pipeline.catalogue.generations.count == 2 }
        receiver.behave { _, _ in .accept }
        await eventually("everything", within: 60) { receiver.lines.count == 8000 }
        // Both have work until the heavy one is done: by then the light one had a third as much.
        let order = receiver.lines.map { $0.contains("heavy") }
        let last = try #require(order.lastIndex(of: true))
        let light = order[..<last].count { !$0 }
        #expect((1000...1700).contains(light), "\(light) of the light one's records so far")
        // From the first turns on, and not just at the end.
        let begun = order.prefix(2000).count { $0 }
        #expect((1300...1800).contains(begun), "\(begun) of the first 2000 are the heavy one's")
        #expect(life.addsUp)
        await life.stop()
    }

    @Test func `a cluster that says nothing is waited for as long as it is said`() async throws {
        let rig = try LogRig(in: ScriptedCluster())
        let log = ContainerLog(rig)
        log.write(["one"])
        let receiver = LineReceiver()
        let start = ContinuousClock.now
        let life = try rig.start([("sink", receiver)], logs: { $0.metadata.wait = .seconds(3) })
        await eventually("the record", within: 30) { receiver.lines == ["one"] }
        let waited = ContinuousClock.now - start
        #expect(waited >= .seconds(3) && waited < .seconds(15), "\(waited)")
        // Only a container's first records wait.
        let later = ContinuousClock.now
        log.write(["two"])
        await eventually("the next") { receiver.lines == ["one", "two"] }
        #expect(ContinuousClock.now - later < .seconds(3))
        await life.stop()
    }

    @Test func `a pod that nobody knows holds up no other`() async throws {
        let cluster = ScriptedCluster()
        cluster.tell(self.pod("known", [:]))
        let rig = try LogRig(in: cluster)
        ContainerLog(rig, pod: "stranger", uid: "s").write(["from the stranger"])
        ContainerLog(rig, pod: "known", uid: "known").write(["from the known"])
        let receiver = LineReceiver()
        let life = try rig.start([("sink", receiver)], logs: { $0.metadata.wait = .seconds(30) })
        await eventually("the known one's", within: 10) { receiver.lines.count == 1 }
        #expect(receiver.lines.first?.hasSuffix("from the known") == true)
        await life.stop()
    }

    @Test func `a deleted pod's rest still bears its name after it is forgotten`() async throws {
        let cluster = ScriptedCluster()
        var pod = self.pod("web-1", [:])
        pod.metadata.owners = [.init(kind: "DaemonSet", name: "web")]
        cluster.tell(pod)
        let rig = try LogRig(in: cluster)
        let log = ContainerLog(rig, uid: "web-1")
        let receiver = LineReceiver()
        let life = try rig.start(receiver)
        log.write(["one"])
        await eventually("the first") { receiver.lines == ["web: one"] }
        receiver.behave { _, _ in .status(503) }
        let before = receiver.requests.count
        log.write(["two"])
        await eventually("a refusal") { receiver.requests.count > before }
        log.write(["three"])
        cluster.forget(uid: "web-1")
        log.close()
        rig.run("rm -r \(log.folder)")
        // Longer than a container's name is believed without another look.
        try await Task.sleep(for: LogNaming.refresh + .milliseconds(500))
        receiver.behave { _, _ in .accept }
        await eventually("the rest") { receiver.lines.count == 3 }
        #expect(receiver.lines == ["web: one", "web: two", "web: three"])
        await life.stop()
    }

    @Test func `a way of joining that there is not is told of once, and lines stay records`()
        async throws
    {
        let cluster = ScriptedCluster()
        cluster.tell(self.pod("web-1", ["martlet.dev/join": "cobol"]))
        let rig = try LogRig(in: cluster)
        let log = ContainerLog(rig, uid: "web-1")
        let sidecar = ContainerLog(rig, container: "sidecar", uid: "web-1")
        let receiver = LineReceiver()
        let life = try rig.start([("sink", receiver)], logs: { $0.parsers = [:] })
        log.write(["Exception: x", "\tat a.b(c.java:1)"])
        sidecar.write(["from the sidecar"])
        await eventually("all lines") { receiver.lines.count == 3 }
        await eventually("three records") {
            life.pipeline.ledger.rows.reduce(0) { $0 + $1.total.delivered.records } == 3
        }
        #expect(rig.counter("martlet_log_unknown_joins_total", [.init("sink", "sink")]) == 2)
        #expect(rig.told("a way of joining lines that there is not") == 1)
        #expect(rig.told("cobol") == 1)
        await life.stop()
    }

    @Test func `a record that waits is ended by the old way when the pod asks for another`()
        async throws
    {
        let cluster = ScriptedCluster()
        cluster.tell(self.pod("web-1", ["martlet.dev/join": "java"]))
        let rig = try LogRig(in: cluster)
        let log = ContainerLog(rig, uid: "web-1")
        let receiver = LineReceiver()
        let rules = try rig.rules("[{join: {mode: none, timeout: 60s}}]")
        let life = try rig.start([("sink", receiver)], rules: rules, logs: { $0.parsers = [:] })
        let trace = ["java.lang.Error: x", "\tat a.B.c(B.java:1)"]
        log.write(trace)
        await eventually("it is read") {
            life.pipeline.ledger.rows.first?.total.read.bytes == log.size
        }
        cluster.tell(self.pod("web-1", ["martlet.dev/join": "none"]))
        let later = "\tat is a record of its own now"
        // Containers are looked up again every so often; until then lines are joined as before.
        await eventually("the new way", within: 40) {
            log.write([later])
            return receiver.lines.last == ": \(later)"
        }
        #expect(receiver.lines.starts(with: [": \(trace[0])", trace[1]]))
        await eventually("all lines") {
            receiver.lines.count == log.written.count
                && life.pipeline.ledger.rows.first?.lag == 0
        }
        #expect(life.addsUp)
        await life.stop()
    }
}
