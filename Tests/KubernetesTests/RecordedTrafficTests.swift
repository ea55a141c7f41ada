import AgentTesting
import Codecs
import Kubernetes
import Pipeline
import Testing

/// What a real API server answered.
@Suite(
    .timeLimit(.minutes(2)),
    .enabled(if: KubernetesFixtures.folder != nil, "\(KubernetesFixtures.reason)"),
)
struct RecordedTrafficTests {
    private typealias Bench = InformerBench

    private static func text(_ name: String) throws -> String {
        String(decoding: try KubernetesFixtures.bytes("api/\(name)"), as: UTF8.self)
    }

    /// An answer with a recorded body.
    private static func answer(_ status: Int, _ name: String) throws -> ScriptedServer.Answer {
        .init(status, try Self.text(name))
    }

    /// The recorded fields `name` of a stream's events of these types.
    private static func names(_ store: ObjectStore<PodObject>) -> Set<String> {
        Set(store.objects.map { "\($0.metadata.namespace)/\($0.metadata.name)" })
    }

    @Test func aStreamOfInitialEvents() async throws {
        let bench = Bench()
        bench.server.add(.init([.send(try Self.text("watch-initial-events.jsonl")), .listen]))
        try await bench.run { lease, heard in
            #expect(await ManualClock.eventually { heard.all.contains("synced") })
            let pods = lease.store.objects
            #expect(!pods.isEmpty)
            #expect(pods.allSatisfy { $0.nodeName == "node1" || $0.nodeName.isEmpty })
            // A list and the same stream give the same objects.
            let lists = Bench()
            lists.server.add(
                try Self.answer(400, "badrequest.json"),
                try Self.answer(200, "pods-list.json"),
            )
            await lists.run { other, heard in
                #expect(await ManualClock.eventually { heard.all.contains("synced") })
                #expect(other.store.count > 0)
                #expect(await lists.server.waitForRequests(3))
            }
        }
        #expect(
            bench.metric("martlet_kubernetes_objects_unreadable_total{resource=\"pods\"}") == "0"
        )
    }

    @Test func aWatchFromAVersionAndItsTimeout() async throws {
        for name in ["watch-from-rv.jsonl", "watch-timeout.jsonl"] {
            let bench = Bench()
            let text = try Self.text(name)
            bench.server.add(
                try Self.answer(400, "badrequest.json"),
                .init(200, Bench.list([], version: 100)),
                .init([.send(text), .listen]),
            )
            await bench.run { lease, heard in
                #expect(await ManualClock.eventually { heard.all.count > 2 })
                let events = text.split(separator: "\n").filter { !$0.contains("\"BOOKMARK\"") }
                #expect(heard.all.count <= events.count + 1)
                await bench.clock.advance(by: .seconds(450))
                bench.server.tell(nil)
                #expect(await bench.server.waitForRequests(4))
                // It goes on from the last event's version, which is far beyond the list's.
                #expect(!bench.query(3).hasSuffix("=100"))
            }
            #expect(
                bench.metric("martlet_kubernetes_objects_unreadable_total{resource=\"pods\"}")
                    == "0"
            )
            #expect(bench.logs.all.isEmpty)
        }
    }

    @Test func pagesWhoseTokenExpires() async throws {
        let bench = Bench()
        bench.server.add(
            try Self.answer(400, "badrequest.json"),
            try Self.answer(200, "pods-list-page1.json"),
            try Self.answer(410, "expired-continue.json"),
            try Self.answer(200, "pods-list.json"),
        )
        await bench.run { lease, heard in
            #expect(await ManualClock.eventually { heard.all.contains("synced") })
            #expect(bench.query(2).contains("&limit=500&continue=eyJ2Ijoi"))
            #expect(bench.query(3).hasSuffix("&resourceVersion=0"))
            #expect(lease.store.count > 2)
        }
    }

    @Test func aVersionThatIsTooOld() async throws {
        let bench = Bench()
        bench.server.add(
            Bench.beginning,
            .init([.send(try Self.text("watch-too-old.jsonl")), .listen]),
            .init([.send(try Self.text("watch-initial-events.jsonl")), .listen]),
        )
        await bench.run { _, heard in
            #expect(await heard.eventually(["+a", "synced"]))
            await bench.clock.advance(by: .seconds(450))
            bench.server.tell(nil)
            #expect(await bench.passWait(.milliseconds(1300)))
            #expect(await ManualClock.eventually { heard.all.contains("-a") })
        }
    }

    @Test(arguments: [
        (401, "unauthorized.json", "Unauthorized (401); check that"),
        (403, "forbidden.json", "cannot list resource \"secrets\""),
        (403, "anonymous.json", "User \"system:anonymous\" cannot list"),
        (404, "notfound.json", "the server has nothing at /api/v1/pods: pods \"nope\" not found"),
        (409, "lease-create-conflict.json", "(409)"),
    ])
    func refusals(code: Int, name: String, words: String) async throws {
        let bench = Bench()
        bench.server.add(try Self.answer(code, name), Bench.beginning)
        await bench.run { _, heard in
            #expect(await ManualClock.eventually { bench.logs.all.count == 1 })
            #expect(bench.logs.all.first?.contains(words) == true)
            #expect(await bench.passWait(.seconds(630)))
            #expect(await ManualClock.eventually { heard.all.last == "synced" })
        }
    }

    @Test func listsOfEveryKind() async throws {
        try await self.expect(NodeObject.self, "nodes-list.json")
        try await self.expect(ServiceObject.self, "services-list.json")
        try await self.expect(NamespaceObject.self, "namespaces-list.json")
        try await self.expect(EndpointsObject.self, "endpoints-list.json")
        try await self.expect(EndpointSliceObject.self, "endpointslices-list.json")
        try await self.expect(PodObject.self, "pods-metadata-only.json")
    }

    private func expect<Object: APIObject>(_ kind: Object.Type, _ name: String) async throws {
        let bench = Bench()
        let list = try Self.answer(200, name)
        // The first watch is that of the bench's own pods.
        await bench.run { _, _ in
            #expect(await bench.server.waitForRequests(1))
            bench.server.add(.init(400, ""), list)
            let query = ObjectQuery(Bench.access, labelSelector: "a=b")
            let lease = bench.informers.lease(kind, query)
            #expect(await ManualClock.eventually { lease.store.isSynced })
            #expect(lease.store.count > 0)
            let resource = Object.resource.name
            #expect(
                bench.metric("martlet_kubernetes_objects{resource=\"\(resource)\"}")
                    == "\(lease.store.count)"
            )
        }
    }
}
