import AgentTesting
import Bytes
import Codecs
import Config
import Logging
import Pipeline
import Synchronization
import Telemetry
import Testing

@testable import Scraping

/// Jobs whose targets are found, from the mechanism to the targets that the manager has.
@Suite struct DiscoveryDriverTests {
    /// Tells of what a test puts in.
    private struct Puppet: TargetDiscovery {
        struct Options: DiscoveryOptions {
            let name: String

            init(_ name: String) { self.name = name }
            init(from node: inout ConfigNode) throws(ConfigError) { self.name = "" }
        }

        static let mechanism = "puppet"
        static let strings = Mutex<[String: DiscoveryFindings]>([:])

        let name: String

        init(_ options: Options, in context: DiscoveryContext) { self.name = options.name }

        func run(_ findings: DiscoveryFindings) async {
            Self.strings.withLock { $0[self.name] = findings }
            while !Task.isCancelled { await ManualClock.letOthersRun() }
            Self.strings.withLock { $0[self.name] = nil }
        }

        static func find(_ name: String, _ groups: [TargetGroup]) async -> Bool {
            guard await ManualClock.eventually({ strings.withLock { $0[name] != nil } }) else {
                return false
            }
            strings.withLock { $0[name] }?.update(groups)
            return true
        }

        static func isRunning(_ name: String) -> Bool { self.strings.withLock { $0[name] != nil } }
    }

    private struct Bench {
        let clock = ManualClock()
        let meters = Meters()
        let manager: ScrapeManager

        init() throws {
            self.manager = ScrapeManager(
                receivers: [],
                exchange: RecordingExchange(),
                names: SilentNames(),
                executor: try ThreadExecutor("scrape"),
                version: "1",
                seed: "node",
                context: ComponentContext(
                    nodeName: "node",
                    stateDirectory: "/nowhere",
                    clock: self.clock,
                    meters: self.meters,
                    logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                ),
            )
        }

        var addresses: [String] {
            self.manager.targets().compactMap { $0.target.labels["instance"] }.sorted()
        }

        func running(_ body: () async throws -> Void) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await self.manager.run() }
                try await body()
                group.cancelAll()
            }
        }

        /// Lets an update that was found be handed on.
        func settle(_ wait: Duration = DiscoveryDriver.settling) async {
            for _ in 0..<20 { await ManualClock.letOthersRun() }
            await self.clock.advance(by: wait)
        }

        func metric(_ words: String...) -> Double? {
            var writer = MetricWriter()
            self.meters.write(into: &writer)
            let text = Payload(capacity: 4096)
            writer.render(into: &text.bytes)
            let line = text.bytes.text.split(separator: "\n").first { line in
                words.allSatisfy { line.contains($0) } && !line.hasPrefix("#")
            }
            return line.flatMap { $0.split(separator: " ").last }.flatMap { Double($0) }
        }
    }

    private static func job(_ name: String, _ puppets: [String]) -> ScrapeJob {
        var options = ScrapeJobOptions(name)
        options.interval = .seconds(1000)
        options.staticTargets = [.init(["listed:1"])]
        options.discoveries = puppets.map { DiscoveryConfiguration(Puppet.self, .init($0)) }
        return ScrapeJob(options)
    }

    private static func group(_ source: String, _ addresses: String...) -> TargetGroup {
        TargetGroup(source: source, labels: ["zone": source], addresses: addresses)
    }

    @Test func groupsOfAllMechanismsAreMerged() async throws {
        let bench = try Bench()
        bench.manager.apply([Self.job("j", ["merge-1", "merge-2"])])
        try await bench.running {
            #expect(bench.addresses == ["listed:1"])
            #expect(
                await Puppet.find("merge-1", [Self.group("a", "x:1"), Self.group("b", "y:1")])
            )
            #expect(await Puppet.find("merge-2", [Self.group("a", "z:1")]))
            await bench.settle()
            #expect(await ManualClock.eventually { bench.addresses.count == 4 })
            #expect(bench.addresses == ["listed:1", "x:1", "y:1", "z:1"])
            let found = bench.manager.targets().first { $0.target.labels["instance"] == "y:1" }
            #expect(found?.target.labels["zone"] == "b")
            #expect(bench.metric("prometheus_sd_discovered_targets", "config=\"j\"") == 4)
            #expect(bench.metric("prometheus_sd_updates_total", "scrape") == 1)
            #expect(bench.metric("prometheus_sd_received_updates_total", "scrape") == 2)
            #expect(bench.metric("prometheus_target_scrape_pool_targets", "\"j\"") == 4)
        }
    }

    @Test func updatesAreHandedOnOnceASecond() async throws {
        let bench = try Bench()
        bench.manager.apply([Self.job("j", ["pace"])])
        try await bench.running {
            #expect(await Puppet.find("pace", [Self.group("a", "x:1")]))
            await bench.settle()
            #expect(await ManualClock.eventually { bench.addresses.count == 2 })
            #expect(await Puppet.find("pace", [Self.group("a", "y:1")]))
            #expect(await Puppet.find("pace", [Self.group("b", "z:1")]))
            await bench.settle(.milliseconds(800))
            #expect(bench.addresses == ["listed:1", "x:1"])
            await bench.settle(.milliseconds(200))
            #expect(await ManualClock.eventually { bench.addresses.count == 3 })
            #expect(bench.addresses == ["listed:1", "y:1", "z:1"])
            #expect(bench.metric("prometheus_sd_updates_delayed_total", "scrape") == 1)
        }
    }

    @Test func aTargetThatComesUpLaterIsScrapedAtNearlyOnce() async throws {
        let bench = try Bench()
        bench.manager.apply([Self.job("j", ["later"])])
        @Sendable func scraped() -> Int {
            bench.manager.targets().filter { $0.lastScrape > 0 }.count
        }
        try await bench.running {
            #expect(await Puppet.find("later", [Self.group("a", "first:1")]))
            await bench.settle()
            #expect(await ManualClock.eventually { bench.addresses.count == 2 })
            // What is there at the start has its time in the interval, some minutes on.
            await bench.settle(.seconds(20))
            #expect(scraped() == 0)
            #expect(await Puppet.find("later", [Self.group("b", "second:1")]))
            await bench.settle()
            #expect(await ManualClock.eventually { bench.addresses.count == 3 })
            await bench.settle(.seconds(1))
            #expect(await ManualClock.eventually { scraped() == 1 })
        }
    }

    @Test func aReloadKeepsWhatWasFoundByEntriesThatStay() async throws {
        let bench = try Bench()
        bench.manager.apply([Self.job("j", ["stays", "goes"])])
        try await bench.running {
            #expect(await Puppet.find("stays", [Self.group("a", "x:1")]))
            #expect(await Puppet.find("goes", [Self.group("a", "y:1")]))
            await bench.settle()
            #expect(await ManualClock.eventually { bench.addresses.count == 3 })
            bench.manager.apply([Self.job("j", ["comes", "stays"]), Self.job("k", [])])
            #expect(bench.addresses == ["listed:1", "listed:1", "x:1"])
            #expect(await ManualClock.eventually { !Puppet.isRunning("goes") })
            #expect(await ManualClock.eventually { Puppet.isRunning("comes") })
            #expect(Puppet.isRunning("stays"))
            #expect(bench.metric("prometheus_target_scrape_pools_total") == 2)
            #expect(bench.metric("prometheus_target_scrape_pool_reloads_total") == 1)
        }
        #expect(!Puppet.isRunning("stays") && !Puppet.isRunning("comes"))
    }

    @Test func ownLabelsOfATargetComeBeforeItsGroups() {
        let group = TargetGroup(
            source: "s",
            labels: ["zone": "group", "team": "a"],
            targets: [["__address__": "x:1", "zone": "own"]],
        )
        let plan = ScrapePlan(ScrapeJob(ScrapeJobOptions("j")), found: [group])
        #expect(
            plan.entries.values.map(\.target.labels) == [
                ["instance": "x:1", "job": "j", "team": "a", "zone": "own"]
            ]
        )
    }
}
