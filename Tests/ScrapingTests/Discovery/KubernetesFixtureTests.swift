import AgentTesting
import Codecs
import Config
import Foundation
import Kubernetes
import Pipeline
import Telemetry
import Testing

@testable import Scraping

/// The recorded objects of a cluster give the targets that Prometheus found there.
@Suite(
    .enabled(
        if: ProcessInfo.processInfo.environment["MARTLET_FIXTURES"] != nil,
        "MARTLET_FIXTURES does not name the folder of recorded data",
    )
)
struct KubernetesFixtureTests {
    private static func read(_ name: String) throws -> Data {
        let root = try #require(ProcessInfo.processInfo.environment["MARTLET_FIXTURES"])
        return try Data(
            contentsOf: URL(fileURLWithPath: "\(root)/kubernetes/discovery/\(name)")
        )
    }

    private static func put<Object: APIObject>(
        _ kind: Object.Type,
        into cluster: FakeInformers,
    ) throws {
        var framer = ListFramer(limit: 1 << 20)
        var objects: [Object] = []
        var failure: (any Error)?
        let bytes = [UInt8](try Self.read("\(kind.resource.name).json"))
        try framer.take(bytes.span) { item in
            do { objects.append(try Object(json: item)) } catch { failure = error }
        }
        if let failure { throw failure }
        #expect(framer.isComplete && !objects.isEmpty)
        for object in objects { cluster.put(object) }
    }

    private static func cluster() throws -> FakeInformers {
        let cluster = FakeInformers()
        try Self.put(NodeObject.self, into: cluster)
        try Self.put(PodObject.self, into: cluster)
        try Self.put(ServiceObject.self, into: cluster)
        try Self.put(EndpointsObject.self, into: cluster)
        try Self.put(EndpointSliceObject.self, into: cluster)
        try Self.put(IngressObject.self, into: cluster)
        try Self.put(NamespaceObject.self, into: cluster)
        try Self.put(ReplicaSetObject.self, into: cluster)
        try Self.put(JobObject.self, into: cluster)
        return cluster
    }

    private static func jobs() throws -> [ScrapeJobOptions] {
        let text = String(decoding: try Self.read("prometheus.yml"), as: UTF8.self)
        let document = try ConfigDocument.parse(text, file: "prometheus.yml")
        let (jobs, report) = ConfigLoader.read(from: document) { node throws(ConfigError) in
            let global = try node.section("global", GlobalOptions.self, "")
            return ScrapeJobOptions.readAll(
                &node,
                global: global,
                discoveries: [.discovery(KubernetesDiscovery.self, "")],
            ).jobs
        }
        #expect(report.isEmpty, "\(report)")
        return try #require(jobs)
    }

    /// Every job of the recorded configuration, read as it stands.
    @Test func findsWhatPrometheusFound() async throws {
        let cluster = try Self.cluster()
        let expected = try JSONDecoder()
            .decode(
                [String: [[String: String]]].self,
                from: Self.read("prometheus-discovered.json"),
            )
        let jobs = try Self.jobs()
        #expect(Set(jobs.map(\.jobName)) == Set(expected.keys))
        for job in jobs {
            let bench = DiscoveryBench()
            let discovery = try #require(job.discoveries.first).make(bench.context(cluster))
            var found: [LabelSet] = []
            try await bench.running(discovery) {
                #expect(await ManualClock.eventually { bench.updateCount > 0 })
                found = bench.groups.values.flatMap { group in
                    group.targets.map {
                        var target = $0.filled(from: group.labels)
                        target["__source"] = group.source
                        return target
                    }
                }
            }
            let wanted = (expected[job.jobName] ?? []).map { labels in
                LabelSet(labels.map { ($0.key, $0.value) })
            }
            func sorted(_ targets: [LabelSet]) -> [String] { targets.map(\.description).sorted() }
            #expect(sorted(found) == sorted(wanted), "job \(job.jobName)")
        }
    }

    /// The owners' names, which the recorded configuration does not ask for.
    @Test func findsDeploymentsAndCronJobs() async throws {
        let cluster = try Self.cluster()
        var options = KubernetesDiscovery.Options(.pod)
        options.apiServer = "https://api"
        options.settings.attachesDeployment = true
        options.settings.attachesJob = true
        options.settings.attachesCronJob = true
        options.settings.attachesNamespace = true
        let bench = DiscoveryBench()
        let discovery = KubernetesDiscovery(options, in: bench.context(cluster))
        try await bench.running(discovery) {
            #expect(await ManualClock.eventually { bench.updateCount > 0 })
        }
        let prefix = "__meta_kubernetes_"
        for target in bench.targets {
            let kind = target[prefix + "pod_controller_kind"]
            #expect((kind == "Job") == (target[prefix + "pod_job_name"] != nil))
            let namespace = target[prefix + "namespace"]
            let name = target[prefix + "namespace_label_kubernetes_io_metadata_name"]
            #expect(name == namespace)
        }
        #expect(bench.targets.contains { $0[prefix + "pod_deployment_name"] == "web" })
        #expect(bench.targets.contains { $0[prefix + "pod_cronjob_name"] != nil })
    }
}
