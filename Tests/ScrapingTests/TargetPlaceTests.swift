import Kubernetes
import Telemetry
import Testing

@testable import Scraping

@Suite struct TargetPlaceTests {
    private static let meta = "__meta_kubernetes_"

    private static func group(
        _ addresses: [String],
        _ labels: LabelSet = LabelSet(),
    ) -> TargetGroup {
        var group = TargetGroup(source: "s", labels: labels, addresses: addresses)
        group.isOfOwnCluster = true
        return group
    }

    private static func plan(
        _ groups: [TargetGroup],
        scope: ScrapeScope? = nil,
        isOnNode: Bool = true,
        division: TargetOwners.Division = .among(Rendezvous(["other"])),
    ) -> ScrapePlan {
        var options = ScrapeJobOptions("j")
        options.scope = scope
        let owners = TargetOwners(node: "me", isOnNode: isOnNode, division: division)
        return ScrapePlan(ScrapeJob(options), found: groups, owners: owners)
    }

    @Test(
        arguments: [
            "pod_node_name", "endpoint_node_name", "endpointslice_endpoint_node_name", "node_name",
        ]
    )
    func whatIsOnANodeIsItsAgents(_ label: String) {
        let name = Self.meta + label
        let groups = [
            Self.group(["a:1"], [name: "me"]), Self.group(["b:1"], [name: "other"]),
        ]
        let plan = Self.plan(groups, division: .among(Rendezvous(["me"])))
        #expect(plan.entries.values.map(\.target.labels["instance"]) == ["a:1"])
        #expect(plan.elsewhere.map(\.owner) == ["other"] && plan.elsewhereCount == 1)
        #expect(plan.sharedCount == 0)
        // Nodes of another cluster have no agents.
        var foreign = groups
        for place in foreign.indices { foreign[place].isOfOwnCluster = false }
        #expect(Self.plan(foreign, division: .alone).entries.count == 2)
        #expect(Self.plan(groups, isOnNode: false, division: .alone).entries.count == 2)
    }

    @Test func anEndpointThatIsANodeIsItsAgents() {
        let kind = Self.meta + "endpoint_address_target_kind"
        let name = Self.meta + "endpoint_address_target_name"
        let plan = Self.plan([
            Self.group(["a:1"], [kind: "Node", name: "me"]),
            Self.group(["b:1"], [kind: "Node", name: "other"]),
        ])
        #expect(plan.entries.values.map(\.target.labels["instance"]) == ["a:1"])
    }

    @Test func whatIsOfNoNodeIsOneAgents() {
        let group = Self.group((0..<100).map { "host-\($0):1" })
        let names = ["me", "other", "third"]
        let mine = Self.plan([group], division: .among(Rendezvous(names)))
        #expect((15...55).contains(mine.entries.count), "\(mine.entries.count)")
        #expect(mine.elsewhereCount == 100 - mine.entries.count && mine.sharedCount == 100)
        #expect(Set(mine.elsewhere.map(\.owner)) == ["other", "third"])
        #expect(Self.plan([group], division: .unknown).entries.isEmpty)
        #expect(Self.plan([group], division: .alone).entries.count == 100)
        let without = Self.plan([group], division: .among(Rendezvous(["other", "third"])))
        #expect(without.entries.isEmpty)
    }

    @Test func eachMachinesOwnIsScrapedByItself() {
        var socket = TargetGroup(source: "u", addresses: ["x:1"])
        socket.labels["__unix_socket__"] = "/run/x.sock"
        let groups = [Self.group(["localhost:1", "127.0.0.1:2", "[::1]:3"]), socket]
        for scope in [nil, ScrapeScope.node, .everywhere] {
            let plan = Self.plan(groups, scope: scope, division: .unknown)
            #expect(plan.entries.count == 4 && plan.sharedCount == 0)
        }
        // Who says that they are the cluster's gets that.
        #expect(Self.plan(groups, scope: .cluster, division: .unknown).sharedCount == 4)
    }

    @Test func aScopeOverridesWhatATargetSays() {
        let label = Self.meta + "pod_node_name"
        let groups = [
            Self.group(["here:1"], [label: "me"]), Self.group(["there:1"], [label: "other"]),
            Self.group(["nowhere:1"]),
        ]
        func found(_ scope: ScrapeScope) -> [String] {
            Self.plan(groups, scope: scope).entries.values
                .compactMap { $0.target.labels["instance"] }.sorted()
        }
        #expect(found(.node) == ["here:1", "nowhere:1"])
        #expect(found(.everywhere) == ["here:1", "nowhere:1", "there:1"])
        #expect(found(.cluster).isEmpty)
    }

    @Test func theListOfOthersIsBoundedAndItsNumberIsExact() {
        let group = Self.group((0..<3000).map { "host-\($0):1" } + ["host-0:1"])
        let plan = Self.plan([group])
        #expect(plan.elsewhere.count == ScrapePlan.shownElsewhere)
        #expect(plan.elsewhereCount == 3000)
    }
}
