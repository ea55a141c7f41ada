import AgentTesting
import Codecs
import Kubernetes
import Pipeline
import Testing

/// What watches do when all goes well.
@Suite(.timeLimit(.minutes(2)))
struct ReflectorTests {
    private typealias Bench = InformerBench

    @Test func beginsWithAStreamAndFollowsIt() async {
        let bench = Bench()
        bench.server.add(Bench.beginning)
        await bench.run { lease, heard in
            #expect(await heard.eventually(["+a", "synced"]))
            #expect(lease.store.isSynced)
            let changes =
                Bench.event("ADDED", Bench.pod("b", version: 11))
                + Bench.event("MODIFIED", Bench.pod("a", version: 12, labels: "{\"x\":\"y\"}"))
                + Bench.event("DELETED", Bench.pod("b", version: 13))
            bench.server.tell(.send(changes))
            #expect(await heard.eventually(["+a", "synced", "+b", "~a", "-b"]))
            #expect(bench.server.requests.count == 1)
            #expect(
                bench.query(0)
                    == "fieldSelector=spec.nodeName%3Dnode1&watch=1&allowWatchBookmarks=true"
                    + "&timeoutSeconds=450&resourceVersion=0&sendInitialEvents=true"
                    + "&resourceVersionMatch=NotOlderThan"
            )
            let request = bench.server.requests[0]
            #expect(request.url.hasPrefix("https://api/api/v1/pods?"))
            #expect(request.timeout == .seconds(480))
            #expect(request.headers.contains(HTTPHeader("User-Agent", "martlet/1.2")))
            #expect(request.headers.contains(HTTPHeader("Accept", "application/json")))
            #expect(bench.metric("martlet_kubernetes_watches{resource=\"pods\"}") == "1")
            #expect(bench.metric("martlet_kubernetes_objects{resource=\"pods\"}") == "1")
            #expect(
                bench.metric(
                    "martlet_kubernetes_requests_total"
                        + "{code=\"200\",resource=\"pods\",verb=\"watch\"}"
                ) == "1"
            )
            #expect(
                bench.metric(
                    "martlet_kubernetes_watch_events_total{resource=\"pods\",type=\"added\"}"
                ) == "2"
            )
            #expect(
                bench.metric("martlet_kubernetes_last_event_timestamp_seconds") == "1.7e+09"
            )
        }
        #expect(bench.metric("martlet_kubernetes_watches{resource=\"pods\"}") == "0")
        #expect(bench.metric("martlet_kubernetes_objects{resource=\"pods\"}") == "0")
    }

    @Test func goesOnWhereAWatchEnded() async {
        let bench = Bench()
        bench.server.add(Bench.beginning, .init([.listen]), .init([.listen]))
        await bench.run { _, heard in
            #expect(await heard.eventually(["+a", "synced"]))
            // Whatever comes last counts, a bookmark or an object.
            bench.server.tell(.send(Bench.bookmark(20)))
            await bench.clock.advance(by: .seconds(450))
            bench.server.tell(nil)
            #expect(await bench.server.waitForRequests(2))
            #expect(bench.query(1).hasSuffix("&timeoutSeconds=450&resourceVersion=20"))
            bench.server.tell(.send(Bench.event("ADDED", Bench.pod("b", version: 21))))
            #expect(await heard.eventually(["+a", "synced", "+b"]))
            await bench.clock.advance(by: .seconds(450))
            bench.server.tell(nil)
            #expect(await bench.server.waitForRequests(3))
            #expect(bench.query(2).hasSuffix("&resourceVersion=21"))
        }
        #expect(bench.logs.all.isEmpty)
    }

    @Test func listsWhereAServerCanNotStream() async {
        let bench = Bench()
        let refusal = Bench.status(422, "sendInitialEvents is forbidden for watch")
        bench.server.add(
            .init(422, refusal),
            .init(200, Bench.list([Bench.pod("a", version: 3)], version: 9, next: "t&2")),
            .init(200, Bench.list([Bench.pod("b", version: 4)], version: 9)),
            .init([.listen]),
        )
        await bench.run { _, heard in
            #expect(await heard.eventually(["+a", "+b", "synced"]))
            #expect(await bench.server.waitForRequests(4))
            let selector = "fieldSelector=spec.nodeName%3Dnode1"
            #expect(bench.query(1) == "\(selector)&limit=500&resourceVersion=0")
            #expect(bench.query(2) == "\(selector)&limit=500&continue=t%262")
            #expect(bench.query(3).hasSuffix("&timeoutSeconds=450&resourceVersion=9"))
            // Other watches of the server don't ask again.
            bench.server.add(.init(200, Bench.list([], version: 9)))
            let other = ObjectQuery(Bench.access, namespace: "web", labelSelector: "app in (a,b)")
            let lease = bench.informers.lease(PodObject.self, other)
            #expect(await ManualClock.eventually { lease.store.isSynced })
            #expect(
                bench.server.requests[4].url == "https://api/api/v1/namespaces/web/pods"
                    + "?labelSelector=app+in+%28a%2Cb%29&limit=500&resourceVersion=0"
            )
        }
        #expect(bench.logs.all.isEmpty)
    }

    /// A server that takes `sendInitialEvents` for nothing never says that the beginning is over.
    @Test func listsWhereAStreamHasNoEnd() async {
        let bench = Bench()
        bench.server.add(
            .init([.send(Bench.event("ADDED", Bench.pod("a", version: 3))), .listen]),
            .init(200, Bench.list([Bench.pod("b", version: 4)], version: 9)),
        )
        await bench.run { _, heard in
            #expect(await heard.eventually(["+a"]))
            #expect(await bench.passWait(.seconds(30)))
            #expect(await heard.eventually(["+a", "+b", "-a", "synced"]))
        }
    }

    @Test func listsAllAtOnceWhenAPageHasExpired() async {
        let bench = Bench()
        bench.server.add(
            .init(400, Bench.status(400, "no")),
            .init(200, Bench.list([Bench.pod("a", version: 3)], version: 9, next: "t")),
            .init(410, Bench.status(410, "too old")),
            .init(200, Bench.list([Bench.pod("b", version: 4)], version: 12)),
        )
        await bench.run { _, heard in
            // What was on the page that has expired is gone, unless it is on the new one.
            #expect(await heard.eventually(["+a", "+b", "-a", "synced"]))
            #expect(await bench.server.waitForRequests(5))
            #expect(bench.query(3) == "fieldSelector=spec.nodeName%3Dnode1&resourceVersion=0")
            #expect(bench.query(4).hasSuffix("&resourceVersion=12"))
        }
    }

    @Test func asksForMetadataOnly() async {
        let bench = Bench()
        bench.server.add(.init(400, ""), .init(200, Bench.list([], version: 9)))
        var query = Bench.query
        query.isMetadataOnly = true
        await bench.run(query) { _, heard in
            #expect(await bench.server.waitForRequests(3))
            let kinds = bench.server.requests.map { request in
                request.headers.first { $0.name == "Accept" }?.value ?? ""
            }
            let rest = ";g=meta.k8s.io;v=1,application/json"
            #expect(kinds[0] == "application/json;as=PartialObjectMetadata\(rest)")
            #expect(kinds[1] == "application/json;as=PartialObjectMetadataList\(rest)")
            #expect(kinds[2] == kinds[0])
        }
    }
}
