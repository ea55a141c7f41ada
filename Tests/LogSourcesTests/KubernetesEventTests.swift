import AgentTesting
import Codecs
import Pipeline
import Testing

@testable import LogSources

/// Events of the cluster as log records.
@Suite(.timeLimit(.minutes(2))) struct KubernetesEventTests {
    private func event(_ name: String, version: String) -> EventObject {
        var event = EventObject(name: name, namespace: "shop")
        event.metadata.resourceVersion = version
        event.subject.kind = "Pod"
        event.subject.name = "web-1"
        event.subject.namespace = "shop"
        event.reason = "BackOff"
        event.message = "Back-off \"restarting\""
        event.type = "Warning"
        event.count = 3
        event.last = 1_700_000_000_123_456_000
        return event
    }

    @Test func `an event is a record once, over restarts too`() async throws {
        let cluster = ScriptedCluster()
        let rig = try LogRig(in: cluster)
        rig.makeFolder("state")
        let receiver = LineReceiver()
        let sources = "[{name: events, type: kubernetes_events}]"
        let life = try rig.start(receiver, sources: sources)
        await eventually("somebody listens") { cluster.hasObservers }
        // Lists come in the order of names.
        cluster.tell(self.event("a", version: "7"))
        cluster.tell(self.event("a", version: "7"))
        cluster.tell(self.event("0", version: "5"))
        await eventually("the events") { receiver.lines.count == 2 }
        await life.stop()
        cluster.forgetObservers()

        let next = try rig.start(receiver, sources: sources)
        await eventually("somebody listens again") { cluster.hasObservers }
        cluster.tell(self.event("a", version: "7"))
        cluster.tell(self.event("0", version: "5"))
        cluster.tell(self.event("b", version: "12"))
        await eventually("the next event") { receiver.lines.count == 3 }
        await next.stop()
        #expect(
            receiver.lines.first
                == #"{"kind":"Pod","namespace":"shop","name":"web-1","type":"Warning","#
                + #""reason":"BackOff","message":"Back-off \"restarting\"","count":3,"#
                + #""last":"2023-11-14T22:13:20.123456Z","event":"a"}"#
        )
        #expect(receiver.lines.last?.hasSuffix(#""event":"b"}"#) == true)
    }
}
