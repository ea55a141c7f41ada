import Telemetry
import Testing

@testable import Scraping

@Suite struct PodAnnotationJobTests {
    private static let meta = "__meta_kubernetes_"

    private static func plan(_ pods: [LabelSet]) throws -> ScrapePlan {
        let job = try PodAnnotationJob.options(global: GlobalOptions())
        return ScrapePlan(
            ScrapeJob(job),
            found: [TargetGroup(source: "pods", targets: pods)],
        )
    }

    private static func pod(_ address: String, ip: String, _ annotations: LabelSet) -> LabelSet {
        var labels: LabelSet = [
            "__address__": address, Self.meta + "pod_ip": ip, Self.meta + "namespace": "shop",
            Self.meta + "pod_name": "web-1", Self.meta + "pod_node_name": "n1",
        ]
        for label in annotations.labels {
            labels[Self.meta + "pod_annotation_prometheus_io_" + label.name] = label.value
        }
        return labels
    }

    @Test(
        arguments: [
            (["scrape": "true"], "10.0.0.1:80", "http://10.0.0.1:80/metrics"),
            (["scrape": "true", "port": "9100"], "10.0.0.1:80", "http://10.0.0.1:9100/metrics"),
            (["scrape": "true", "port": "9100"], "10.0.0.1", "http://10.0.0.1:9100/metrics"),
            (
                ["scrape": "true", "path": "/stats", "scheme": "https"], "10.0.0.1:80",
                "https://10.0.0.1:80/stats",
            ),
            (["scrape": "true", "scheme": "gopher"], "10.0.0.1:80", "http://10.0.0.1:80/metrics"),
            (["scrape": "false"], "10.0.0.1:80", nil), (["port": "80"], "10.0.0.1:80", nil),
        ] as [(LabelSet, String, String?)]
    )
    func annotationsSayWhatIsScraped(
        _ annotations: LabelSet,
        _ address: String,
        _ url: String?,
    ) throws {
        let plan = try Self.plan([Self.pod(address, ip: "10.0.0.1", annotations)])
        #expect(plan.entries.values.map(\.target.url) == (url.map { [$0] } ?? []))
        guard let labels = plan.entries.values.first?.target.labels else { return }
        #expect(labels["namespace"] == "shop" && labels["pod"] == "web-1")
        #expect(labels["job"] == "kubernetes-pods" && labels["node"] == "n1")
    }

    @Test func aPodOfManyPortsIsScrapedOnceAtItsOwn() throws {
        let annotations: LabelSet = ["scrape": "true", "port": "9100"]
        let plan = try Self.plan(
            ["[fd00::1]:80", "[fd00::1]:81"].map { Self.pod($0, ip: "fd00::1", annotations) }
        )
        #expect(plan.entries.values.map(\.target.url) == ["http://[fd00::1]:9100/metrics"])
    }

    @Test func whatHasEndedIsNotScraped() throws {
        var pod = Self.pod("10.0.0.1:80", ip: "10.0.0.1", ["scrape": "true"])
        pod[Self.meta + "pod_phase"] = "Succeeded"
        #expect(try Self.plan([pod]).entries.isEmpty)
    }

    @Test(
        arguments: [
            (nil, [], true, true), (nil, [], false, false), (nil, ["own"], true, false),
            (true, ["own"], true, true), (true, ["kubernetes-pods"], true, false),
            (true, [], false, true), (false, [], true, false),
        ] as [(Bool?, [String], Bool, Bool)]
    )
    func isWantedWhereNothingElseIsSaid(
        _ isOn: Bool?,
        _ jobs: [String],
        _ isInCluster: Bool,
        _ isWanted: Bool,
    ) {
        let found = PodAnnotationJob.isWanted(
            isOn,
            beside: jobs.map { ScrapeJobOptions($0) },
            isInCluster: isInCluster,
        )
        #expect(found == isWanted)
    }
}
