import AgentTesting
import Bytes
import Codecs
import Logging
import Pipeline
import Synchronization
import Testing

@testable import Kubernetes

@Suite(.timeLimit(.minutes(1))) struct NodeClusterTests {
    private static let access = ClusterAccess(
        server: "https://api",
        connection: HTTPConnectionSettings(),
    )

    /// Answers lookups of owners as a test says, and counts them.
    private final class Lookups: ObjectLookups {
        private let asked = Mutex<[ObjectLookup]>([])
        private let answer: LookupAnswer

        init(_ answer: LookupAnswer) { self.answer = answer }

        var all: [ObjectLookup] { self.asked.withLock { $0 } }

        func controller(of object: ObjectLookup, at access: ClusterAccess) async -> LookupAnswer {
            self.asked.withLock { $0.append(object) }
            return self.answer
        }
    }

    /// A kubelet that answers with one text.
    private final class Kubelet: HTTPExchange {
        private let body: String
        private let asked = Mutex<[HTTPRequest]>([])

        init(_ body: String) { self.body = body }

        var requests: [HTTPRequest] { self.asked.withLock { $0 } }

        func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
            self.asked.withLock { $0.append(request) }
            return HTTPResponse(status: 200, headers: [], body: Payload(self.body))
        }
    }

    /// A cluster that runs until the test is over.
    private final class Rig: Sendable {
        let informers = ScriptedInformers()
        let clock = ManualClock()
        let cluster: NodeCluster
        let plan: NodeClusterPlan
        private let task: Task<Void, Never>

        init(
            _ lookups: any ObjectLookups = Lookups(.failed),
            kubelet: any HTTPExchange = Kubelet("{}"),
            access: ClusterAccess? = NodeClusterTests.access,
        ) {
            let cluster = NodeCluster(
                informers: self.informers,
                lookups: lookups,
                exchange: kubelet,
                context: ComponentContext(
                    nodeName: "node-1",
                    stateDirectory: "/nonexistent",
                    clock: self.clock,
                    meters: Meters(),
                    logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                ),
            )
            self.cluster = cluster
            self.plan = NodeClusterPlan(NodeClusterOptions(), nodeName: "node-1", access: access)
            cluster.apply(self.plan)
            self.task = Task { await cluster.run() }
        }

        deinit { self.task.cancel() }

        var pods: ObjectStore<PodObject> {
            self.informers.store(PodObject.self, self.plan.podQuery(NodeClusterTests.access))
        }

        /// Waits until the cluster follows its pods.
        func started() async {
            let query = self.plan.podQuery(NodeClusterTests.access)
            #expect(
                await ManualClock.eventually { self.informers.leases(PodObject.self, query) == 1 }
            )
        }
    }

    private func pod(_ name: String, uid: String) -> PodObject {
        var pod = PodObject(name: name, namespace: "shop")
        pod.metadata.uid = uid
        return pod
    }

    @Test func podsAreFoundByUIDAndRememberedWhenTheyAreGone() async {
        let rig = Rig()
        await rig.started()
        #expect(rig.cluster.isAsked)
        #expect(!rig.cluster.isKnown)
        var mirror = self.pod("etcd-node-1", uid: "api-uid")
        mirror.metadata.annotations = [.init("kubernetes.io/config.mirror", "4f0c")]
        rig.pods.update(mirror)
        rig.pods.update(self.pod("web-1", uid: "one"))
        rig.pods.finishList(keeping: [.init("shop", "web-1"), .init("shop", "etcd-node-1")])
        #expect(await ManualClock.eventually { rig.cluster.isKnown })
        #expect(rig.cluster.pods.count == 2)
        // The kubelet calls a static pod's folder by the hash of its manifest.
        #expect(rig.cluster.pod(uid: "4f0c")?.metadata.name == "etcd-node-1")
        // A StatefulSet's pod comes again under its name.
        rig.pods.update(self.pod("web-1", uid: "two"))
        #expect(rig.cluster.pod(uid: "two") != nil)
        #expect(rig.cluster.pod(uid: "one")?.metadata.uid == "one")
        rig.pods.remove("shop", "web-1")
        #expect(rig.cluster.pod(uid: "two")?.metadata.uid == "two")
        #expect(rig.cluster.pods.count == 1)
        await rig.clock.advance(by: .seconds(16 * 60))
        rig.pods.remove("shop", "etcd-node-1")
        #expect(rig.cluster.pod(uid: "two") == nil)
        #expect(rig.cluster.pod(uid: "api-uid") != nil)
    }

    @Test func deploymentsAreNamedWithoutARequest() async {
        let lookups = Lookups(.found(nil))
        let rig = Rig(lookups)
        await rig.started()
        var pod = self.pod("web-5d9c-x", uid: "one")
        pod.metadata.owners = [.init(kind: "ReplicaSet", name: "web-5d9c")]
        pod.metadata.labels = [.init("pod-template-hash", "5d9c")]
        rig.pods.update(pod)
        #expect(rig.cluster.workload(of: pod)?.kind == "Deployment")
        #expect(rig.cluster.workload(of: pod)?.name == "web")
        pod.metadata.owners = [.init(kind: "DaemonSet", name: "agent")]
        #expect(rig.cluster.workload(of: pod)?.name == "agent")
        #expect(lookups.all.isEmpty)
    }

    @Test func aCronJobIsAskedForOnce() async {
        let cron = ObjectMetadata.Owner(kind: "CronJob", name: "backup")
        let lookups = Lookups(.found(cron))
        let rig = Rig(lookups)
        await rig.started()
        var pod = self.pod("backup-29384720-x", uid: "one")
        pod.metadata.owners = [.init(kind: "Job", name: "backup-29384720")]
        rig.pods.update(pod)
        let first = pod
        #expect(await ManualClock.eventually { rig.cluster.workload(of: first) == cron })
        pod.metadata.owners = [.init(kind: "Job", name: "backup-29384721")]
        rig.pods.update(pod)
        #expect(rig.cluster.workload(of: pod) == cron)
        #expect(
            lookups.all
                == [
                    ObjectLookup(
                        JobObject.resource,
                        namespace: "shop",
                        name: "backup-29384720",
                    )
                ]
        )
    }

    @Test func theKubeletStandsInWhileTheAPIRefuses() async {
        let kubelet = Kubelet(
            #"{"kind":"PodList","items":[{"metadata":{"name":"web-1","namespace":"shop","#
                + #""uid":"one"}}]}"#
        )
        let rig = Rig(kubelet: kubelet)
        await rig.started()
        #expect(kubelet.requests.isEmpty)
        rig.pods.fail("pods is forbidden")
        #expect(await ManualClock.eventually { rig.cluster.isKnown })
        #expect(rig.cluster.trouble == nil)
        #expect(rig.cluster.pod(uid: "one")?.metadata.name == "web-1")
        #expect(kubelet.requests.first?.url == "https://127.0.0.1:10250/pods")
        rig.pods.update(self.pod("web-1", uid: "one"))
        rig.pods.update(self.pod("web-2", uid: "two"))
        rig.pods.finishList(keeping: [.init("shop", "web-1"), .init("shop", "web-2")])
        #expect(rig.cluster.pod(uid: "two")?.metadata.name == "web-2")
        #expect(rig.cluster.pods.count == 2)
    }

    @Test func whatIsWrongIsKnownWhenNobodyTells() async {
        let rig = Rig(kubelet: Kubelet("no JSON"))
        await rig.started()
        #expect(rig.cluster.trouble == nil)
        rig.pods.fail("pods is forbidden")
        #expect(
            await ManualClock.eventually {
                rig.cluster.trouble?.hasPrefix("https://127.0.0.1:10250/pods: expected ") ?? false
            }
        )
        #expect(!rig.cluster.isKnown)
    }

    @Test func theKubeletStandsInWhileTheAPIIsSilent() async {
        let kubelet = Kubelet(
            #"{"items":[{"metadata":{"name":"web-1","namespace":"shop","uid":"one"}}]}"#
        )
        let rig = Rig(kubelet: kubelet)
        await rig.started()
        await rig.clock.advance(by: rig.plan.patience - .seconds(1))
        #expect(!rig.cluster.isKnown)
        await rig.clock.advance(by: .seconds(1))
        #expect(await ManualClock.eventually { rig.cluster.isKnown })
    }

    @Test func outsideAClusterNobodyIsAsked() async {
        let kubelet = Kubelet("{}")
        let rig = Rig(kubelet: kubelet, access: nil)
        #expect(!rig.cluster.isAsked)
        #expect(rig.cluster.leaseEvents(ofPods: true) { _ in } == nil)
        #expect(rig.informers.queries(of: PodObject.self).isEmpty)
    }

    @Test func eventsOfThisNodesPodsAreToldWhicheverComesFirst() async {
        let rig = Rig()
        await rig.started()
        let heard = Mutex<[String]>([])
        var lease = rig.cluster.leaseEvents(ofPods: true) { event in
            heard.withLock { $0.append(event.reason) }
        }
        #expect(lease != nil)
        let access = Self.access
        let pods = rig.informers.store(EventObject.self, rig.plan.podEventQuery(access))
        let nodes = rig.informers.store(EventObject.self, rig.plan.nodeEventQuery(access))
        func event(_ reason: String, uid: String) -> EventObject {
            var event = EventObject(name: reason, namespace: "shop")
            event.reason = reason
            event.subject.uid = uid
            return event
        }
        nodes.update(event("NodeReady", uid: "node"))
        pods.update(event("Scheduled", uid: "one"))
        pods.update(event("Elsewhere", uid: "other"))
        #expect(heard.withLock { $0 } == ["NodeReady"])
        rig.pods.update(self.pod("web-1", uid: "one"))
        pods.update(event("Started", uid: "one"))
        #expect(heard.withLock { $0 } == ["NodeReady", "Scheduled", "Started"])
        lease = nil
        pods.update(event("BackOff", uid: "one"))
        #expect(heard.withLock { $0.count } == 3)
        #expect(lease == nil)
    }
}
