package import Patterns
import Pipeline

/// The job that scrapes pods by their annotations `prometheus.io/scrape`, `port`, `path` and
/// `scheme`, as clusters have it by custom.
package enum PodAnnotationJob {
    /// The job's name.
    package static let name = "kubernetes-pods"

    /// Whether the job runs.
    ///
    /// - Parameters:
    ///   - isOn: What `kubernetes.pod_annotations` says; nil when it says nothing.
    ///   - jobs: The user's own jobs.
    ///   - isInCluster: Whether the agent runs in a cluster.
    /// - Returns: Whether it is to be added to the user's.
    package static func isWanted(
        _ isOn: Bool?,
        beside jobs: [ScrapeJobOptions],
        isInCluster: Bool,
    ) -> Bool {
        // Whoever writes scrape_configs says there what is scraped.
        let isWanted = isOn ?? (isInCluster && jobs.isEmpty)
        return isWanted && !jobs.contains { $0.jobName == self.name }
    }

    /// The job: each pod that says `prometheus.io/scrape: "true"`, by its own node's agent.
    package static func options(global: GlobalOptions) throws(PatternError) -> ScrapeJobOptions {
        var job = ScrapeJobOptions(self.name, global: global)
        job.discoveries = [
            DiscoveryConfiguration(KubernetesDiscovery.self, KubernetesDiscovery.Options(.pod))
        ]
        let annotation = "__meta_kubernetes_pod_annotation_prometheus_io_"
        func replace(
            _ sources: String...,
            regex: String,
            target: String,
            replacement: String = "$1",
        ) throws(PatternError) -> RelabelRule {
            RelabelRule(
                .replace,
                sourceLabels: sources,
                pattern: try Pattern(regex, anchored: true),
                target: target,
                replacement: replacement,
            )
        }
        job.relabeling = Relabeling(
            [
                RelabelRule(
                    .keep,
                    sourceLabels: [annotation + "scrape"],
                    pattern: try Pattern("true", anchored: true),
                ),
                // What has ended keeps its address and answers no more.
                RelabelRule(
                    .drop,
                    sourceLabels: ["__meta_kubernetes_pod_phase"],
                    pattern: try Pattern("Succeeded|Failed", anchored: true),
                ),
                try replace(annotation + "scheme", regex: "(https?)", target: "__scheme__"),
                try replace(annotation + "path", regex: "(.+)", target: "__metrics_path__"),
                try replace(
                    "__meta_kubernetes_pod_ip",
                    annotation + "port",
                    regex: #"([^:]+);(\d+)"#,
                    target: "__address__",
                    replacement: "$1:$2",
                ),
                try replace(
                    "__meta_kubernetes_pod_ip",
                    annotation + "port",
                    regex: #"(.*:.*);(\d+)"#,
                    target: "__address__",
                    replacement: "[$1]:$2",
                ),
                try replace("__meta_kubernetes_namespace", regex: "(.*)", target: "namespace"),
                try replace("__meta_kubernetes_pod_name", regex: "(.*)", target: "pod"),
                try replace("__meta_kubernetes_pod_node_name", regex: "(.*)", target: "node"),
            ],
            legacyNames: job.names.validation == .legacy,
        )
        return job
    }
}
