import AgentTesting
import Codecs
import Kubernetes
import Pipeline
import Testing

/// What watches do when servers fail, refuse or fall silent.
@Suite(.timeLimit(.minutes(2)))
struct ReflectorFailureTests {
    private typealias Bench = InformerBench

    private static let again = ScriptedServer.Answer(
        [
            .send(Bench.event("ADDED", Bench.pod("b", version: 30))),
            .send(Bench.bookmark(31, isEnd: true)), .listen,
        ]
    )

    /// The server no longer knows the place, as an answer or as an event.
    @Test(arguments: [false, true])
    func listsAgainWhenItsPlaceIsGone(asEvent: Bool) async {
        let bench = Bench()
        let status = Bench.status(410, "too old resource version: 1 (320)")
        bench.server.add(
            Bench.beginning,
            asEvent ? .init(200, Bench.event("ERROR", status)) : .init(410, status),
            Self.again,
        )
        await bench.run { _, heard in
            #expect(await heard.eventually(["+a", "synced"]))
            await bench.clock.advance(by: .seconds(450))
            bench.server.tell(nil)
            #expect(await bench.server.waitForRequests(2))
            #expect(await bench.passWait(.milliseconds(1300)))
            // What is no longer there is told of.
            #expect(await heard.eventually(["+a", "synced", "+b", "-a"]))
            #expect(bench.query(2).contains("&sendInitialEvents=true"))
        }
        // That is the way of things, and nothing to tell an operator.
        #expect(bench.logs.all.isEmpty)
    }

    @Test func waitsAndListsAgainAfterAnotherErrorEvent() async {
        let bench = Bench()
        bench.server.add(
            .init([
                .send(Bench.bookmark(10, isEnd: true)),
                .send(Bench.event("ERROR", Bench.status(500, "etcd is gone"))),
                .listen,
            ]),
            Self.again,
        )
        await bench.run { _, heard in
            #expect(await bench.passWait(.milliseconds(1200)))
            #expect(await heard.eventually(["synced", "+b"]))
            #expect(bench.query(1).contains("&sendInitialEvents=true"))
        }
        #expect(bench.logs.all.count == 2)
        #expect(bench.logs.all.first?.contains("error=etcd is gone (500)") == true)
        #expect(bench.logs.all.last?.hasPrefix("info: the cluster's objects are watched") == true)
    }

    @Test func waitsLongerEachTimeUntilItIsWell() async {
        let bench = Bench()
        for _ in 0..<8 { bench.server.add(.failure(.connect)) }
        bench.server.add(Bench.beginning, .failure(.connect), .init([.listen]))
        await bench.run { _, heard in
            // Doubling from 800 ms to 30 s; chance, which is in the middle here, adds a half.
            for wait in [1200, 2400, 4800, 9600, 19200, 38400, 45000, 45000] {
                #expect(await bench.clock.waitForSleepers(1))
                let before = bench.server.requests.count
                await bench.clock.advance(by: .milliseconds(wait - 1))
                #expect(bench.server.requests.count == before)
                await bench.clock.advance(by: .milliseconds(1))
                #expect(await bench.server.waitForRequests(before + 1))
            }
            #expect(await heard.eventually(["+a", "synced"]))
            // After two minutes without a failure the first wait is the next.
            await bench.clock.advance(by: .seconds(130))
            bench.server.tell(.fail(.cut))
            #expect(await bench.passWait(.milliseconds(1200)))
            #expect(await bench.server.waitForRequests(10))
            #expect(bench.query(9).hasSuffix("&resourceVersion=10"))
            #expect(await bench.passWait(.milliseconds(2400)))
            #expect(await bench.server.waitForRequests(11))
        }
        #expect(
            bench.logs.all == [
                "warning: the cluster's objects can't be watched; what is known of them stays as "
                    + "it is error=as the script has it resource=pods server=https://api",
                "info: the cluster's objects are watched again resource=pods server=https://api",
                "warning: the cluster's objects can't be watched; what is known of them stays as "
                    + "it is error=as the script has it resource=pods server=https://api",
            ]
        )
        #expect(
            bench.metric(
                "martlet_kubernetes_requests_total"
                    + "{code=\"error\",resource=\"pods\",verb=\"watch\"}"
            ) == "9"
        )
    }

    @Test func namesTheRuleThatIsMissing() async {
        let bench = Bench()
        bench.server.add(
            .init(403, Bench.status(403, "pods is forbidden")),
            .init(403, Bench.status(403, "pods is forbidden")),
            Bench.beginning,
        )
        let query = ObjectQuery(Bench.access, namespace: "web")
        await bench.run(query) { _, heard in
            let reason =
                "failed: pods is forbidden (403); add the rule apiGroups: [\"\"], "
                + "resources: [pods], verbs: [list, watch] in namespace web"
            #expect(await ManualClock.eventually { heard.all == [reason] })
            #expect(await bench.clock.waitForSleepers(1))
            await bench.clock.advance(by: .seconds(599))
            #expect(bench.server.requests.count == 1)
            await bench.clock.advance(by: .seconds(31))
            #expect(await bench.server.waitForRequests(2))
            #expect(await bench.passWait(.seconds(630)))
            // One that goes on is told of once.
            #expect(await ManualClock.eventually { heard.all == [reason, "+a", "synced"] })
        }
        #expect(bench.logs.all.count == 2)
        #expect(bench.logs.all.first?.contains("add the rule apiGroups: [\"\"]") == true)
    }

    @Test func asksRarelyForAResourceThatTheServerDoesNotHave() async {
        let bench = Bench()
        bench.server.add(.init(404, "404 page not found"))
        await bench.run { _, heard in
            #expect(await ManualClock.eventually { heard.all.count == 1 })
            #expect(
                heard.all.first
                    == "failed: the server has nothing at /api/v1/pods: the server answered 404"
            )
            #expect(await bench.clock.waitForSleepers(1))
            await bench.clock.advance(by: .seconds(599))
            #expect(bench.server.requests.count == 1)
        }
    }

    @Test func comesBackWhenTheServerWantsIt() async {
        let bench = Bench()
        bench.server.add(
            .init(429, "", headers: [HTTPHeader("Retry-After", "10")]),
            .init(503, Bench.status(503, "busy", details: "{\"retryAfterSeconds\":4}")),
            Bench.beginning,
        )
        await bench.run { _, heard in
            #expect(await bench.clock.waitForSleepers(1))
            await bench.clock.advance(by: .milliseconds(14_999))
            #expect(bench.server.requests.count == 1)
            await bench.clock.advance(by: .milliseconds(1))
            #expect(await bench.server.waitForRequests(2))
            #expect(await bench.passWait(.seconds(6)))
            #expect(await heard.eventually(["+a", "synced"]))
        }
    }

    @Test func takesANewTokenAfterItsOwnHasEnded() async {
        let bench = Bench()
        bench.server.add(
            Bench.beginning,
            .init(401, Bench.status(401, "Unauthorized")),
            .init([.send(Bench.event("ADDED", Bench.pod("b", version: 30))), .listen]),
        )
        await bench.run { _, heard in
            #expect(await heard.eventually(["+a", "synced"]))
            await bench.clock.advance(by: .seconds(450))
            bench.server.tell(nil)
            #expect(await bench.passWait(.milliseconds(1200)))
            // The transport reads the token's file for each request; the place is kept.
            #expect(await heard.eventually(["+a", "synced", "+b"]))
            #expect(bench.query(2).hasSuffix("&resourceVersion=10"))
        }
        #expect(bench.logs.all.first?.contains("error=Unauthorized (401); check that") == true)
    }

    @Test func endsAWatchThatHasSilentlyDied() async {
        let bench = Bench()
        bench.server.add(Bench.beginning, .init([.listen]))
        await bench.run { _, heard in
            #expect(await heard.eventually(["+a", "synced"]))
            await bench.clock.advance(by: .seconds(479))
            #expect(bench.server.requests.count == 1)
            await bench.clock.advance(by: .seconds(1))
            #expect(await bench.server.waitForRequests(2))
            #expect(bench.query(1).hasSuffix("&resourceVersion=10"))
        }
        #expect(bench.logs.all.isEmpty)
    }

    @Test func waitsWhenWatchesEndAtOnce() async {
        let bench = Bench()
        bench.server.add(
            Bench.beginning,
            .init([]),
            .init([]),
            .init(200, Bench.bookmark(11)),
            .init([.listen]),
        )
        await bench.run { _, heard in
            #expect(await heard.eventually(["+a", "synced"]))
            await bench.clock.advance(by: .seconds(450))
            bench.server.tell(nil)
            #expect(await bench.server.waitForRequests(2))
            #expect(await bench.passWait(.milliseconds(1200)))
            #expect(await bench.server.waitForRequests(3))
            #expect(await bench.passWait(.milliseconds(2400)))
            #expect(await bench.server.waitForRequests(4))
            // An event makes it well, but no tight loop of requests comes of it.
            #expect(await bench.clock.waitForSleepers(1))
            await bench.clock.advance(by: .milliseconds(999))
            #expect(bench.server.requests.count == 4)
            await bench.clock.advance(by: .milliseconds(1))
            #expect(await bench.server.waitForRequests(5))
            #expect(bench.query(4).hasSuffix("&resourceVersion=11"))
        }
    }

    @Test func minusAndPlusOfTheWallClockAreNothingToAWatch() async {
        let bench = Bench()
        bench.server.add(Bench.beginning, .init([.listen]))
        await bench.run { _, heard in
            #expect(await heard.eventually(["+a", "synced"]))
            for wall in [0, 4_000_000_000_000_000_000, 1_000_000_000] as [Int64] {
                bench.clock.setWall(wall)
                bench.server.tell(.send(Bench.bookmark(11)))
                await bench.clock.advance(by: .seconds(1))
            }
            #expect(bench.server.requests.count == 1)
            bench.server.tell(.send(Bench.event("ADDED", Bench.pod("b", version: 12))))
            #expect(await heard.eventually(["+a", "synced", "+b"]))
        }
    }

    @Test func keepsWhatItKnowsWhenAListBreaksOff() async {
        let bench = Bench()
        let list = Bench.list([Bench.pod("b", version: 30)], version: 31)
        bench.server.add(
            .init(400, ""),
            .init(200, Bench.list([Bench.pod("a", version: 5)], version: 9)),
            .init(410, ""),
            .init(200, String(list.dropLast(1))),
            .init([.send(list), .fail(.cut)]),
            .init(200, "<html>a proxy's page</html>"),
            .init(200, list),
        )
        await bench.run { lease, heard in
            #expect(await heard.eventually(["+a", "synced"]))
            for (wait, requests) in [(1200, 4), (2400, 5), (4800, 6)] {
                #expect(await bench.passWait(.milliseconds(wait)))
                #expect(await bench.server.waitForRequests(requests))
                #expect(await bench.clock.waitForSleepers(1))
                #expect(lease.store.object("web", "a") != nil)
            }
            #expect(await bench.passWait(.milliseconds(9600)))
            #expect(await heard.eventually(["+a", "synced", "+b", "-a"]))
        }
    }
}
