import AgentTesting
import Codecs
import Config
import Kubernetes
import Pipeline
import Telemetry
import Testing

@testable import Scraping

@Suite struct KubernetesDiscoveryTests {
    private typealias Options = KubernetesDiscovery.Options

    private static func pod(
        _ name: String,
        ip: String = "10.0.0.1",
        node: String = "n1",
        namespace: String = "default",
    ) -> PodObject {
        var pod = PodObject(name: name, namespace: namespace)
        pod.podIP = ip
        pod.nodeName = node
        pod.containers = [PodObject.Container()]
        return pod
    }

    private static func slice(
        _ name: String,
        _ service: String,
        pod: String,
    ) -> EndpointSliceObject {
        var slice = EndpointSliceObject(name: name, namespace: "default")
        slice.metadata.labels = [.init(EndpointSliceRole.serviceLabel, service)]
        slice.ports = [EndpointSliceObject.Port()]
        var reference = EndpointsObject.Reference()
        reference.kind = "Pod"
        reference.name = pod
        reference.namespace = "default"
        var endpoint = EndpointSliceObject.Endpoint()
        endpoint.addresses = ["10.0.0.9"]
        endpoint.target = reference
        slice.endpoints = [endpoint]
        return slice
    }

    private static func options(
        _ yaml: String,
        file: String = "martlet.yaml",
    ) throws -> Options {
        let (options, report) = try DiscoveryBench.options(Options.self, yaml, file: file)
        #expect(report.isEmpty, "\(report)")
        return try #require(options)
    }

    /// What an entry watches of a cluster on whose node n1 the agent runs.
    private static func watched(
        _ yaml: String,
        scope: ScrapeScope? = nil,
        node: String? = "n1",
    ) async throws -> [String] {
        let bench = DiscoveryBench()
        let cluster = FakeInformers()
        let context = bench.context(cluster, node: node, scope: scope)
        let discovery = KubernetesDiscovery(try Self.options(yaml), in: context)
        var watched: [String] = []
        try await bench.running(discovery) {
            _ = await ManualClock.eventually { !cluster.watched.isEmpty }
            for _ in 0..<5 { await ManualClock.letOthersRun() }
            watched = cluster.watched
        }
        return watched
    }

    @Test(
        arguments: [
            ("{role: pod}", ["pods spec.nodeName=n1"]),
            ("{role: node}", ["nodes metadata.name=n1"]),
            ("{role: service}", ["services"]), ("{role: ingress}", ["ingresses"]),
            ("{role: endpoints}", ["endpoints", "pods spec.nodeName=n1", "services"]),
            (
                "{role: endpointslice, namespaces: {names: [a], own_namespace: true}}",
                [
                    "endpointslices a", "endpointslices monitoring", "pods a spec.nodeName=n1",
                    "pods monitoring spec.nodeName=n1", "services a", "services monitoring",
                ],
            ),
            (
                "{role: pod, selectors: [{role: pod, label: app=web, field: status.phase=Running}]}",
                ["pods status.phase=Running,spec.nodeName=n1 app=web"],
            ),
            (
                "{role: pod, selectors: [{role: pod, field: spec.nodeName=other}]}",
                ["pods spec.nodeName=other"],
            ),
            ("{role: pod, api_server: 'https://other/'}", ["pods"]),
            (
                "{role: pod, attach_metadata: {node: true, namespace: true, deployment: true,"
                    + " cronjob: true}}",
                [
                    "jobs metadata", "namespaces metadata", "nodes metadata.name=n1",
                    "pods spec.nodeName=n1", "replicasets metadata",
                ],
            ),
        ]
    )
    func asksForNoMoreThanItNeeds(_ yaml: String, _ expected: [String]) async throws {
        #expect(try await Self.watched(yaml) == expected)
    }

    @Test func aScopeSaysWhetherOtherNodesAreAskedFor() async throws {
        for scope in [ScrapeScope.cluster, .everywhere] {
            #expect(try await Self.watched("{role: pod}", scope: scope) == ["pods"])
        }
        let ofNode = ["pods spec.nodeName=n1"]
        let other = "{role: pod, api_server: 'https://other'}"
        #expect(try await Self.watched(other, scope: .node) == ofNode)
        #expect(try await Self.watched("{role: pod}", node: nil) == ["pods"])
    }

    @Test func entriesThatAskForTheSameShareAWatch() async throws {
        let cluster = FakeInformers()
        let benches = (0..<10).map { _ in DiscoveryBench() }
        cluster.put(Self.pod("a"))
        await withTaskGroup { group in
            for bench in benches {
                group.addTask {
                    let discovery = KubernetesDiscovery(Options(.pod), in: bench.context(cluster))
                    try? await bench.running(discovery) {
                        #expect(await ManualClock.eventually { bench.addresses == ["10.0.0.1"] })
                        for _ in 0..<50 { await ManualClock.letOthersRun() }
                    }
                }
            }
        }
        #expect(cluster.begun == ["pods"])
        #expect(cluster.watched.isEmpty)
    }

    @Test func followsObjectsAsTheyComeAndGo() async throws {
        let bench = DiscoveryBench()
        let cluster = FakeInformers()
        cluster.put(Self.pod("a"))
        let discovery = KubernetesDiscovery(Options(.pod), in: bench.context(cluster))
        try await bench.running(discovery) {
            #expect(await ManualClock.eventually { bench.addresses == ["10.0.0.1"] })
            cluster.put(Self.pod("b", ip: "10.0.0.2"))
            #expect(await ManualClock.eventually { bench.addresses == ["10.0.0.1", "10.0.0.2"] })
            cluster.put(Self.pod("a", ip: "10.0.0.3"))
            #expect(await ManualClock.eventually { bench.addresses == ["10.0.0.2", "10.0.0.3"] })
            cluster.remove(Self.pod("b"))
            #expect(await ManualClock.eventually { bench.addresses == ["10.0.0.3"] })
        }
        let name = "prometheus_sd_kubernetes_events_total"
        #expect(bench.metric(name, "event=\"add\"", "role=\"pod\"") == 2)
        #expect(bench.metric(name, "event=\"update\"", "role=\"pod\"") == 1)
        #expect(bench.metric(name, "event=\"delete\"", "role=\"pod\"") == 1)
    }

    @Test func onlyGroupsThatAChangeTouchesAreMadeAnew() async throws {
        let bench = DiscoveryBench()
        let cluster = FakeInformers()
        cluster.put(Self.slice("one", "s", pod: "p"))
        cluster.put(Self.slice("two", "other", pod: "q"))
        let discovery = KubernetesDiscovery(Options(.endpointslice), in: bench.context(cluster))
        let label = "__meta_kubernetes_service_name"
        try await bench.running(discovery) {
            #expect(await ManualClock.eventually { bench.groups.count == 2 })
            // The service comes to be known, then the pod.
            cluster.put(ServiceObject(name: "s", namespace: "default"))
            #expect(
                await ManualClock.eventually {
                    bench.groups["endpointslice/default/one"]?.labels[label] == "s"
                }
            )
            cluster.put(Self.pod("p"))
            let uid = "__meta_kubernetes_pod_name"
            #expect(await ManualClock.eventually { bench.targets.contains { $0[uid] == "p" } })
            #expect(bench.groups["endpointslice/default/two"]?.labels[label] == nil)
            let before = bench.updateCount
            // A pod of no slice changes nothing.
            cluster.put(Self.pod("stranger"))
            cluster.put(Self.slice("three", "s", pod: "r"))
            #expect(await ManualClock.eventually { bench.groups.count == 3 })
            #expect(bench.updateCount == before + 1)
        }
    }

    @Test func aHeartbeatMakesNothingAnew() async throws {
        let bench = DiscoveryBench()
        let cluster = FakeInformers()
        cluster.put(Self.pod("a"))
        let discovery = KubernetesDiscovery(Options(.pod), in: bench.context(cluster))
        try await bench.running(discovery) {
            #expect(await ManualClock.eventually { bench.updateCount == 1 })
            var same = Self.pod("a")
            same.metadata.resourceVersion = "2"
            cluster.put(same)
            cluster.put(Self.pod("b", ip: "10.0.0.2"))
            #expect(await ManualClock.eventually { bench.groups.count == 2 })
            #expect(bench.updateCount == 2)
        }
    }

    @Test func manyObjectsComeInFewUpdates() async throws {
        let bench = DiscoveryBench()
        let cluster = FakeInformers()
        for number in 0..<2500 { cluster.put(Self.pod("p\(number)")) }
        let discovery = KubernetesDiscovery(Options(.pod), in: bench.context(cluster))
        try await bench.running(discovery) {
            #expect(await ManualClock.eventually { bench.groups.count == 2500 })
            #expect(bench.updateCount <= 3)
        }
    }

    @Test func whatFailsIsNamedAndWhatIsKnownStays() async throws {
        let bench = DiscoveryBench()
        let cluster = FakeInformers()
        cluster.put(Self.pod("a"))
        let context = bench.context(cluster)
        let discovery = KubernetesDiscovery(Options(.pod), in: context)
        try await bench.running(discovery) {
            #expect(await ManualClock.eventually { bench.groups.count == 1 })
            cluster.fail(PodObject.self, "pods is forbidden")
            #expect(
                await ManualClock.eventually {
                    context.meters.troubles.map(\.reason) == ["pods is forbidden"]
                }
            )
            #expect(bench.groups.count == 1)
            #expect(bench.metric("prometheus_sd_kubernetes_failures_total") == 1)
            cluster.recover(PodObject.self)
            #expect(await ManualClock.eventually { context.meters.troubles.isEmpty })
        }
    }

    @Test func whatIsOnlyAttachedCanBeDoneWithout() async throws {
        let bench = DiscoveryBench()
        let cluster = FakeInformers()
        cluster.put(Self.pod("a"))
        cluster.put(NodeObject(name: "n1"))
        cluster.fail(NodeObject.self, "nodes is forbidden")
        var options = Options(.pod)
        options.settings.attachesNode = true
        let discovery = KubernetesDiscovery(options, in: bench.context(cluster))
        let label = "__meta_kubernetes_node_name"
        try await bench.running(discovery) {
            #expect(await ManualClock.eventually { bench.addresses == ["10.0.0.1"] })
            #expect(bench.targets.first?[label] == nil)
            cluster.recover(NodeObject.self)
            #expect(await ManualClock.eventually { bench.targets.first?[label] == "n1" })
        }
    }

    @Test func outsideOfAClusterAnAddressIsNeeded() async throws {
        let bench = DiscoveryBench()
        let context = bench.context()
        let discovery = KubernetesDiscovery(Options(.pod), in: context)
        try await bench.running(discovery) {
            #expect(
                await ManualClock.eventually {
                    context.meters.troubles.first?.reason.contains("api_server") ?? false
                }
            )
        }
    }
}
