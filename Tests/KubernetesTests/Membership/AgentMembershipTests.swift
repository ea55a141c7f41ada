import AgentTesting
import Codecs
import Config
import Kubernetes
import Logging
import Pipeline
import Synchronization
import Testing

@Suite struct AgentMembershipTests {
    private final class Bench: Sendable {
        let clock = ManualClock()
        let cluster = FakeInformers()
        let membership: AgentMembership
        private let changes = Mutex(0)

        var changeCount: Int { self.changes.withLock { $0 } }
        var names: [String]? { self.membership.division?.names }

        init(_ own: String, maxOverlap: Duration = .seconds(900)) {
            self.membership = AgentMembership(
                AgentMembershipOptions(service: "martlet", maxOverlap: maxOverlap),
                ClusterAccess(server: "https://own", connection: HTTPConnectionSettings()),
                namespace: "monitoring",
                informers: self.cluster,
                ComponentContext(
                    nodeName: own,
                    stateDirectory: "/nowhere",
                    clock: self.clock,
                    meters: Meters(),
                    logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                ),
            )
        }

        func running(_ body: () async throws -> Void) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    await self.membership.run { self.changes.withLock { $0 += 1 } }
                }
                try await body()
                group.cancelAll()
            }
        }

        func put(_ ready: [String], going: [String] = [], notReady: [String] = []) {
            var slice = EndpointSliceObject(name: "martlet-1", namespace: "monitoring")
            slice.metadata.labels = [.init(EndpointSliceRole.serviceLabel, "martlet")]
            slice.endpoints = (ready + going + notReady).map { name in
                var endpoint = EndpointSliceObject.Endpoint()
                endpoint.nodeName = name
                endpoint.isReady = !notReady.contains(name)
                endpoint.isTerminating = going.contains(name)
                return endpoint
            }
            self.cluster.put(slice)
        }

        func becomes(_ names: [String]?) async -> Bool {
            await ManualClock.eventually { self.names == names }
        }
    }

    @Test func nothingIsWatchedUntilThereIsSomethingToDivide() async throws {
        let bench = Bench("a")
        bench.put(["a", "b"])
        try await bench.running {
            #expect(bench.cluster.begun.isEmpty && bench.names == nil)
            bench.membership.need(true)
            #expect(await bench.becomes(["a", "b"]))
            #expect(
                bench.cluster.watched
                    == ["endpointslices monitoring kubernetes.io/service-name=martlet"]
            )
            bench.membership.need(false)
            #expect(await ManualClock.eventually { bench.cluster.watched.isEmpty })
            #expect(await bench.becomes(nil))
        }
    }

    @Test func whoIsNotReadyOrGoingIsNoMember() async throws {
        let bench = Bench("a")
        bench.put(["a", "b"], going: ["c"], notReady: ["d"])
        bench.membership.need(true)
        try await bench.running {
            #expect(await bench.becomes(["a", "b"]))
            #expect(bench.membership.trouble == nil)
            bench.put(["a"])
            #expect(await bench.clock.waitForSleepers(1))
            #expect(bench.names == ["a", "b"])
            await bench.clock.advance(by: .seconds(30))
            #expect(await bench.becomes(["a"]))
            #expect(bench.changeCount == 2)
        }
    }

    @Test func anAgentThatIsNotAmongThemSaysSo() async throws {
        let bench = Bench("x")
        bench.put(["a", "b"])
        bench.membership.need(true)
        try await bench.running {
            #expect(await bench.becomes(["a", "b"]))
            #expect(bench.membership.trouble?.contains("x, is not among the 2 ready") ?? false)
        }
    }

    @Test func withoutWordOfTheOthersThisAgentLetsGo() async throws {
        let bench = Bench("a")
        bench.put(["a", "b"])
        bench.membership.need(true)
        try await bench.running {
            #expect(await bench.becomes(["a", "b"]))
            bench.cluster.fail(EndpointSliceObject.self, "connection refused")
            #expect(await bench.clock.waitForSleepers(1))
            await bench.clock.advance(by: .seconds(899))
            #expect(bench.names == ["a", "b"])
            await bench.clock.advance(by: .seconds(1))
            #expect(await bench.becomes(["b"]))
            #expect(bench.membership.trouble?.contains("connection refused") ?? false)
            bench.cluster.recover(EndpointSliceObject.self)
            #expect(await bench.becomes(["a", "b"]))
        }
    }

    @Test func withoutABoundNothingIsLetGo() async throws {
        let bench = Bench("a", maxOverlap: .zero)
        bench.put(["a"])
        bench.membership.need(true)
        try await bench.running {
            #expect(await bench.becomes(["a"]))
            bench.cluster.fail(EndpointSliceObject.self, "connection refused")
            await bench.clock.advance(by: .seconds(86_400))
            #expect(bench.names == ["a"])
        }
    }

    @Test func nobodyIsKnownWhereTheServiceCantBeRead() async throws {
        let bench = Bench("a")
        bench.cluster.fail(EndpointSliceObject.self, "forbidden")
        bench.membership.need(true)
        try await bench.running {
            #expect(await ManualClock.eventually { bench.membership.trouble != nil })
            #expect(bench.names == nil)
            #expect(bench.membership.trouble?.contains("forbidden") ?? false)
        }
    }

    @Test func readsItsOptions() throws {
        let document = try ConfigDocument.parse(
            "{service: martlet, namespace: ops, hold_down: 10s, max_overlap: 0s}",
            file: "martlet.yaml",
        )
        let (options, report) = ConfigLoader.read(AgentMembershipOptions.self, from: document)
        #expect(report.isEmpty, "\(report)")
        let expected = AgentMembershipOptions(
            service: "martlet",
            namespace: "ops",
            holdDown: .seconds(10),
            maxOverlap: .zero,
        )
        #expect(options == expected)
    }
}
