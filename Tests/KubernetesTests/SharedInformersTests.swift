import AgentTesting
import Codecs
import Kubernetes
import Logging
import Pipeline
import Testing

@Suite(.timeLimit(.minutes(2)))
struct SharedInformersTests {
    private typealias Bench = InformerBench

    @Test func equalQueriesShareAWatch() async {
        let bench = Bench()
        bench.server.add(Bench.beginning)
        await bench.run { lease, heard in
            #expect(await heard.eventually(["+a", "synced"]))
            let other = bench.informers.lease(PodObject.self, Bench.query)
            #expect(other.store === lease.store)
            await bench.clock.advance(by: .seconds(1))
            #expect(bench.server.requests.count == 1)
        }
    }

    @Test func otherQueriesAndKindsHaveTheirOwn() async {
        let bench = Bench()
        await bench.run { lease, _ in
            #expect(await bench.server.waitForRequests(1))
            var elsewhere = Bench.query
            elsewhere.access.server = "https://elsewhere"
            let other = bench.informers.lease(PodObject.self, elsewhere)
            let nodes = bench.informers.lease(NodeObject.self, Bench.query)
            #expect(await bench.server.waitForRequests(3))
            let urls = bench.server.requests.map { String($0.url.prefix { $0 != "?" }) }
            #expect(
                Set(urls) == [
                    "https://api/api/v1/pods", "https://elsewhere/api/v1/pods",
                    "https://api/api/v1/nodes",
                ]
            )
            #expect(other.store !== lease.store && !nodes.store.isSynced)
        }
    }

    @Test func endsAWatchAWhileAfterTheLastLease() async {
        let bench = Bench()
        bench.server.add(Bench.beginning, Bench.beginning)
        await bench.run { _, heard in
            #expect(await heard.eventually(["+a", "synced"]))
            let nodes = ObjectQuery(Bench.access, namespace: "other")
            for isLate in [false, true] {
                var lease: InformerLease<PodObject>? = bench.informers.lease(
                    PodObject.self,
                    nodes,
                )
                let store = lease?.store
                #expect(await ManualClock.eventually { store?.isSynced == true })
                let watches = "martlet_kubernetes_watches{resource=\"pods\"}"
                #expect(bench.metric(watches) == "2")
                lease = nil
                #expect(await bench.clock.waitForSleepers(1))
                await bench.clock.advance(by: .seconds(29))
                #expect(bench.metric(watches) == "2")
                if isLate {
                    await bench.clock.advance(by: .seconds(1))
                    #expect(await ManualClock.eventually { bench.metric(watches) == "1" })
                }
            }
            // The second lease came in time for the watch of the first.
            #expect(bench.server.requests.count == 2)
            let lease = bench.informers.lease(PodObject.self, nodes)
            #expect(await bench.server.waitForRequests(3))
            #expect(!lease.store.isSynced)
        }
    }

    @Test func waitsForItsTurnAtTheStart() async {
        let bench = Bench(jitter: .seconds(20))
        bench.server.add(Bench.beginning)
        await bench.run { _, heard in
            #expect(await bench.clock.waitForSleepers(1))
            await bench.clock.advance(by: .milliseconds(9999))
            #expect(bench.server.requests.isEmpty)
            await bench.clock.advance(by: .milliseconds(1))
            #expect(await heard.eventually(["+a", "synced"]))
        }
    }

    @Test func asksNothingBeforeItRunsAndNothingAfterwards() async {
        let bench = Bench()
        let early = bench.informers.lease(PodObject.self, Bench.query)
        await bench.clock.advance(by: .seconds(100))
        #expect(bench.server.requests.isEmpty)
        bench.server.add(Bench.beginning)
        await bench.run { lease, heard in
            #expect(lease.store === early.store)
            #expect(await heard.eventually(["+a", "synced"]))
        }
        await bench.clock.advance(by: .seconds(1000))
        #expect(bench.server.requests.count == 1)
        // What was known stays readable.
        #expect(early.store.count == 1)
        // Another run goes on with the same stores.
        bench.server.add(Bench.beginning)
        await bench.run { lease, _ in
            #expect(await bench.server.waitForRequests(2))
            #expect(lease.store === early.store)
        }
    }

    @Test func readsOnTheExecutorThatItIsGiven() async throws {
        let clock = ManualClock()
        let server = ScriptedServer(clock, [Bench.beginning])
        let executor = try ThreadExecutor("cluster")
        let meters = Meters()
        let informers = SharedInformers(
            APIClient(server, version: "1", clock: clock, meters: meters),
            ComponentContext(
                nodeName: "n",
                stateDirectory: "/nowhere",
                clock: clock,
                meters: meters,
                logger: Logger(label: "test"),
            ),
            on: executor,
        )
        let lease = informers.lease(PodObject.self, Bench.query)
        let places = Places()
        _ = lease.store.observe { _ in
            places.add(executor.isIsolatingCurrentContext() == true)
        }
        let task = Task { await informers.run() }
        #expect(await ManualClock.eventually { places.all == [true, true] })
        task.cancel()
        await task.value
    }
}
