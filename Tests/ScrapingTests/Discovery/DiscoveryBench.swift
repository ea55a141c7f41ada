import AgentTesting
import Bytes
import Codecs
import Config
import Glibc
import Kubernetes
import Logging
import Pipeline
import Synchronization
import Telemetry

@testable import Scraping

/// A mechanism with time, counters and what it found in a test's hands.
final class DiscoveryBench: Sendable {
    let clock = ManualClock()
    let meters = Meters()
    private let found = Mutex<[String: TargetGroup]>([:])
    private let updates = Mutex(0)

    /// What is known now, by source.
    var groups: [String: TargetGroup] { self.found.withLock { $0 } }
    /// How often the mechanism said something.
    var updateCount: Int { self.updates.withLock { $0 } }

    /// Labels of all targets, the group's among them, sorted by address.
    var targets: [LabelSet] {
        self.groups.values.flatMap { group in
            group.targets.map { target in
                var labels = group.labels
                for label in target.labels { labels[label.name] = label.value }
                return labels
            }
        }
        .sorted { ($0["__address__"] ?? "") < ($1["__address__"] ?? "") }
    }

    var addresses: [String] { self.targets.compactMap { $0["__address__"] } }

    /// What mechanisms are handed in a cluster; outside of any without `informers`.
    func context(
        _ informers: any Informers,
        node: String? = nil,
        scope: ScrapeScope? = nil,
    ) -> DiscoveryContext {
        let access = ClusterAccess(server: "https://own", connection: HTTPConnectionSettings())
        let cluster = DiscoveryCluster(
            informers: informers,
            own: { () throws(DiscoveryFailure) in
                DiscoveryCluster.Own(access: access, namespace: "monitoring")
            },
            kubeconfig: { path throws(DiscoveryFailure) in
                throw DiscoveryFailure("\(path): expected a file, found none")
            },
            isOnNode: node != nil,
        )
        return self.context(cluster: cluster, node: node ?? "node", scope: scope)
    }

    /// What mechanisms are handed.
    func context(
        _ exchange: any HTTPExchange = RecordingExchange(),
        _ names: any NameExchange = SilentNames(),
        cluster: DiscoveryCluster = .none,
        node: String = "node",
        scope: ScrapeScope? = nil,
    ) -> DiscoveryContext {
        DiscoveryContext(
            job: "j",
            exchange: exchange,
            names: names,
            version: "1.2.3",
            cluster: cluster,
            scope: scope,
            base: ComponentContext(
                nodeName: node,
                stateDirectory: "/nowhere",
                clock: self.clock,
                meters: self.meters,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            ),
            meters: DiscoveryMeters(self.meters),
        )
    }

    /// Runs a mechanism while `body` does.
    func running(
        _ discovery: any TargetDiscovery,
        _ body: () async throws -> Void,
    ) async throws {
        let findings = DiscoveryFindings { groups, isAll in
            self.found.withLock { found in
                if isAll { found = [:] }
                for group in groups {
                    found[group.source] = group.targets.isEmpty ? nil : group
                }
            }
            self.updates.withLock { $0 += 1 }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await discovery.run(findings) }
            try await body()
            group.cancelAll()
        }
    }

    /// Waits for the mechanism to rest, and then for its next round.
    func step(_ duration: Duration) async -> Bool {
        guard await self.clock.waitForSleepers(1) else { return false }
        await self.clock.advance(by: duration)
        return await self.clock.waitForSleepers(1)
    }

    /// The value of a metric with these words in its line.
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

    /// Reads the entry of a mechanism.
    static func options<Options: DiscoveryOptions>(
        _: Options.Type,
        _ yaml: String,
        file: String = "martlet.yaml",
    ) throws -> (options: Options?, report: ConfigReport) {
        let document = try ConfigDocument.parse("entries: [\(yaml)]", file: file)
        let (options, report) = ConfigLoader.read(from: document) { node throws(ConfigError) in
            node.sections("entries", Options.self, "Entries.")
        }
        return (options?.first, report)
    }
}

extension TemporaryFolder {
    /// Writes a file as editors and ConfigMaps do: another one takes its place; returns its path.
    @discardableResult
    func replace(_ name: String, _ text: String) throws -> String {
        let fresh = try self.write(name + ".new", text)
        _ = unsafe rename(fresh, self.path(name))
        return self.path(name)
    }
}
