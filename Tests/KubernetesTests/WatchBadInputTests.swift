import AgentTesting
import Codecs
import Kubernetes
import Pipeline
import Testing

/// Watches that send what they should not.
@Suite(.timeLimit(.minutes(2)))
struct WatchBadInputTests {
    private typealias Bench = InformerBench

    private static let unreadable = "martlet_kubernetes_objects_unreadable_total{resource=\"pods\"}"

    /// Wherever a watch is cut, the next one goes on from the last whole event.
    @Test func isCutAtEveryByteOfAnEvent() async {
        let event = Bench.event("MODIFIED", Bench.pod("a", version: 11, labels: "{\"x\":\"y\"}"))
        let bytes = Array(event)
        let bench = Bench()
        bench.server.add(Bench.beginning)
        await bench.run { lease, heard in
            #expect(await heard.eventually(["+a", "synced"]))
            // Whoever waited for the beginning is not to be taken for one that waits to watch again.
            await bench.clock.advance(by: .seconds(46))
            #expect(await ManualClock.eventually { bench.clock.sleeperCount == 0 })
            for end in 0..<bytes.count {
                bench.server.add(.init([.listen]))
                bench.server.tell(.send(String(bytes[..<end])))
                bench.server.tell(.fail(.cut))
                #expect(await bench.clock.waitForSleepers(1))
                await bench.clock.advance(by: .seconds(46))
                #expect(await bench.server.waitForRequests(end + 2))
                #expect(bench.query(end + 1).hasSuffix("&resourceVersion=10"), "\(end)")
            }
            #expect(heard.all == ["+a", "synced"])
            bench.server.tell(.send(event))
            #expect(await heard.eventually(["+a", "synced", "~a"]))
            #expect(lease.store.object("web", "a")?.metadata.label("x") == "y")
        }
    }

    @Test func comesInSinglePieces() async {
        let bench = Bench()
        let events =
            Bench.event("ADDED", Bench.pod("a", version: 5)) + Bench.bookmark(10, isEnd: true)
        bench.server.add(.init(events.map { .send(String($0)) } + [.listen]))
        await bench.run { _, heard in
            #expect(await heard.eventually(["+a", "synced"]))
        }
    }

    @Test func leavesOutWhatItCanNotRead() async {
        let bench = Bench()
        let garbage = [
            "", " ", "{}", "[]", "null", "not json", "{\"type\":\"ADDED\"}", "{\"object\":{}}",
            "{\"type\":1,\"object\":{}}", "{\"type\":\"ADDED\",\"object\":{}}",
            "{\"type\":\"ADDED\",\"object\":[]}", "{\"type\":\"DELETED\",\"object\":{}}",
            "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"name\":7}}}",
            "{\"type\":\"BOOKMARK\",\"object\":7}", "{\"type\":\"ADDED\",\"object\":{\"a\"",
            "\u{0}\u{1}\u{FFFD}",
        ]
        bench.server.add(Bench.beginning)
        await bench.run { lease, heard in
            #expect(await heard.eventually(["+a", "synced"]))
            for line in garbage { bench.server.tell(.send("\(line)\n")) }
            bench.server.tell(.send(Bench.event("ADDED", Bench.pod("b", version: 12))))
            #expect(await heard.eventually(["+a", "synced", "+b"]))
            #expect(bench.server.requests.count == 1)
            #expect(bench.metric(Self.unreadable) == "14")
        }
    }

    @Test func countsTypesThatItDoesNotKnow() async {
        let bench = Bench()
        bench.server.add(Bench.beginning)
        await bench.run { _, heard in
            for number in 0..<5 {
                bench.server.tell(
                    .send(Bench.event("RENAMED\(number)", Bench.pod("z", version: 90)))
                )
            }
            bench.server.tell(.send(Bench.event("ADDED", Bench.pod("b", version: 12))))
            #expect(await heard.eventually(["+a", "synced", "+b"]))
            #expect(
                bench.metric(
                    "martlet_kubernetes_watch_events_total{resource=\"pods\",type=\"unknown\"}"
                ) == "5"
            )
        }
    }

    @Test func leavesOutObjectsThatAreTooLarge() async {
        var limits = InformerLimits()
        limits.objectBytes = 1000
        let bench = Bench(limits: limits)
        let large = Bench.pod(
            "a",
            version: 11,
            labels: "{\"x\":\"\(String(repeating: "y", count: 5000))\"}",
        )
        bench.server.add(
            Bench.beginning,
            .init(410, ""),
            .init(400, ""),
            .init(200, Bench.list([large, Bench.pod("c", version: 3)], version: 30)),
        )
        await bench.run { _, heard in
            bench.server.tell(.send(Bench.event("MODIFIED", large)))
            bench.server.tell(.send(Bench.event("ADDED", Bench.pod("b", version: 12))))
            #expect(await heard.eventually(["+a", "synced", "+b"]))
            #expect(bench.metric(Self.unreadable) == "1")
            await bench.clock.advance(by: .seconds(450))
            bench.server.tell(nil)
            #expect(await bench.passWait(.milliseconds(1300)))
            #expect(await ManualClock.eventually { heard.all.contains("+c") })
            #expect(bench.metric(Self.unreadable) == "2")
        }
    }

    @Test func forgetsObjectsThatAreTooLargeWhenTheyGo() async {
        var limits = InformerLimits()
        limits.objectBytes = 1000
        let bench = Bench(limits: limits)
        let labels = "{\"x\":\"\(String(repeating: "y", count: 5000))\"}"
        bench.server.add(Bench.beginning, .init([.listen]))
        await bench.run { _, heard in
            #expect(await heard.eventually(["+a", "synced"]))
            for (type, version) in [("MODIFIED", 11), ("DELETED", 12)] {
                let large = Bench.pod("a", version: version, labels: labels)
                bench.server.tell(.send(Bench.event(type, large)))
            }
            #expect(await heard.eventually(["+a", "synced", "-a"]))
            #expect(bench.metric(Self.unreadable) == "1")
            // Nobody knows whose end this is.
            let nameless = "{\"metadata\":{\"labels\":\(labels)}}"
            bench.server.tell(.send(Bench.event("DELETED", nameless)))
            await bench.clock.advance(by: .seconds(450))
            bench.server.tell(nil)
            #expect(await bench.server.waitForRequests(2))
            #expect(bench.query(1).hasSuffix("&resourceVersion=12"))
            #expect(bench.metric(Self.unreadable) == "2")
        }
    }

    @Test func turnsAwayWhatIsOverTheLimit() async {
        var limits = InformerLimits()
        limits.objects = 3
        let bench = Bench(limits: limits)
        bench.server.add(Bench.beginning)
        await bench.run { lease, heard in
            for number in 0..<10 {
                bench.server.tell(
                    .send(Bench.event("ADDED", Bench.pod("p\(number)", version: 20 + number)))
                )
            }
            bench.server.tell(.send(Bench.event("DELETED", Bench.pod("a", version: 40))))
            #expect(await heard.eventually(["+a", "synced", "+p0", "+p1", "-a"]))
            #expect(
                bench.metric("martlet_kubernetes_objects_turned_away_total{resource=\"pods\"}")
                    == "8"
            )
        }
    }

    @Test func endsAListWithoutEnd() async {
        var limits = InformerLimits()
        limits.pages = 5
        let bench = Bench(limits: limits)
        bench.server.add(.init(400, ""))
        for _ in 0..<5 { bench.server.add(.init(200, Bench.list([], version: 9, next: "again"))) }
        await bench.run { _, _ in
            #expect(await bench.clock.waitForSleepers(1))
            #expect(bench.server.requests.count == 6)
        }
        #expect(bench.logs.all.first?.contains("expected at most 5 pages of a list") == true)
    }
}
