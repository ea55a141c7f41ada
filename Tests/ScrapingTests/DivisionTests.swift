import AgentTesting
import Codecs
import Kubernetes
import Logging
import Pipeline
import Telemetry
import Testing

@testable import Scraping

/// Targets of no node, from the job to the agent that scrapes them.
@Suite struct DivisionTests {
    /// One of several agents of a cluster, with what it scrapes.
    private struct Agent {
        let clock = ManualClock()
        let receiver = CollectingReceiver()
        let meters = Meters()
        let manager: ScrapeManager

        init(_ name: String, _ cluster: FakeInformers) throws {
            let context = ComponentContext(
                nodeName: name,
                stateDirectory: "/nowhere",
                clock: self.clock,
                meters: self.meters,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            )
            var discovery = DiscoveryCluster.none
            discovery.isOnNode = true
            let headers = [HTTPHeader("Content-Type", "text/plain; version=0.0.4")]
            self.manager = ScrapeManager(
                receivers: [self.receiver],
                exchange: RecordingExchange { _ in
                    .response(status: 200, headers: headers, body: "a 1\n")
                },
                names: SilentNames(),
                executor: try ThreadExecutor("scrape"),
                version: "1",
                seed: name,
                cluster: discovery,
                membership: AgentMembership(
                    AgentMembershipOptions(service: "martlet"),
                    ClusterAccess(server: "https://own", connection: HTTPConnectionSettings()),
                    namespace: "monitoring",
                    informers: cluster,
                    context,
                ),
                context: context,
            )
        }

        var scraped: [String] {
            self.manager.targets().compactMap { $0.target.labels["instance"] }
        }

        func running(_ body: () async throws -> Void) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await self.manager.run() }
                try await body()
                group.cancelAll()
            }
        }
    }

    private static func job(_ targets: [String]) -> ScrapeJob {
        var options = ScrapeJobOptions("j")
        options.interval = .seconds(10)
        options.staticTargets = [.init(targets)]
        return ScrapeJob(options)
    }

    private static func put(_ ready: [String], into cluster: FakeInformers) {
        var slice = EndpointSliceObject(name: "martlet-1", namespace: "monitoring")
        slice.metadata.labels = [.init(EndpointSliceRole.serviceLabel, "martlet")]
        slice.endpoints = ready.map { name in
            var endpoint = EndpointSliceObject.Endpoint()
            endpoint.nodeName = name
            endpoint.isReady = true
            return endpoint
        }
        cluster.put(slice)
    }

    private static let targets = (0..<40).map { "host-\($0):1" }

    @Test func eachTargetIsScrapedByOneAgent() async throws {
        let cluster = FakeInformers()
        Self.put(["a", "b"], into: cluster)
        let (one, other) = (try Agent("a", cluster), try Agent("b", cluster))
        for agent in [one, other] { agent.manager.apply([Self.job(Self.targets)]) }
        #expect(one.scraped.isEmpty)
        try await one.running {
            try await other.running {
                #expect(
                    await ManualClock.eventually {
                        one.scraped.count + other.scraped.count == 40
                    }
                )
                #expect(Set(one.scraped + other.scraped) == Set(Self.targets))
                #expect(!one.scraped.isEmpty && !other.scraped.isEmpty)
                let elsewhere = one.manager.elsewhereTargets()
                #expect(Set(elsewhere.map(\.owner)) == ["b"])
                #expect(
                    Set(elsewhere.compactMap { $0.target.labels["instance"] })
                        == Set(other.scraped)
                )
                #expect(one.manager.elsewhereCounts.map(\.count) == [other.scraped.count])
            }
        }
    }

    @Test func whatMovesAwayIsEndedWithStaleMarkers() async throws {
        let cluster = FakeInformers()
        Self.put(["a"], into: cluster)
        let agent = try Agent("a", cluster)
        agent.manager.apply([Self.job(Self.targets)])
        try await agent.running {
            #expect(await ManualClock.eventually { agent.scraped.count == 40 })
            #expect(await agent.clock.waitForSleepers(40))
            await agent.clock.advance(by: .seconds(10))
            #expect(await agent.receiver.waitForBatches(40))
            let before = agent.receiver.batches.count
            Self.put(["a", "b"], into: cluster)
            #expect(await ManualClock.eventually { agent.scraped.count < 40 })
            let moved = 40 - agent.scraped.count
            for _ in 0..<50 { await ManualClock.letOthersRun() }
            await agent.clock.advance(by: .seconds(23))
            #expect(
                await ManualClock.eventually {
                    agent.receiver.batches.dropFirst(before)
                        .count { $0.first?.isStale ?? false } == moved
                }
            )
        }
    }

    @Test func aJobOfThisMachineAloneAsksForNobody() async throws {
        let cluster = FakeInformers()
        let agent = try Agent("a", cluster)
        agent.manager.apply([Self.job(["localhost:9100"])])
        try await agent.running {
            for _ in 0..<20 { await ManualClock.letOthersRun() }
            #expect(agent.scraped == ["localhost:9100"] && cluster.begun.isEmpty)
            agent.manager.apply([Self.job(["host:1"])])
            #expect(await ManualClock.eventually { cluster.watched.count == 1 })
            agent.manager.apply([])
            #expect(await ManualClock.eventually { cluster.watched.isEmpty })
        }
    }
}
