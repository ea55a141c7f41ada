package import Config

/// `logs.metadata`: what of a pod stands on its records.
package struct LogMetadataOptions: ComponentOptions, Hashable {
    /// Labels, by key.
    package var labels = NameList(["*"])
    /// Annotations, by key.
    package var annotations = NameList()
    /// Whether the workload stands on records.
    package var hasWorkload = true
    /// How long the first records of a container wait for the pod to be known.
    package var wait = Duration.seconds(2)

    /// All labels, no annotations.
    package init() {}

    package init(from node: inout ConfigNode) throws(ConfigError) {
        self.labels = node.names(
            "labels",
            default: ["*"],
            "The pods' labels that stand on records, by key; one `*` in each is any text.",
        )
        self.annotations = node.names(
            "annotations",
            "The pods' annotations that stand on records, by key; `*` as in labels.",
        )
        self.hasWorkload = node.bool(
            "workload",
            default: true,
            "Puts the Deployment, CronJob or other workload on records.",
        )
        self.wait = node.duration(
            "wait",
            default: .seconds(2),
            in: .zero...(.seconds(60)),
            "How long a container's first records wait for the cluster to tell of the pod; after "
                + "that they have what the file's path says.",
        )
    }
}
