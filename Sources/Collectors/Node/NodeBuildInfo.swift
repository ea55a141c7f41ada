package import Codecs

/// `node_exporter_build_info`, by which dashboards find nodes.
package struct NodeBuildInfo: Sendable {
    /// The agent's version.
    package let version: String
    /// The commit it was built from.
    package let revision: String
    /// The branch it was built from.
    package let branch: String

    /// Describes a build.
    package init(version: String, revision: String = "", branch: String = "") {
        self.version = version
        self.revision = revision
        self.branch = branch
    }

    /// Writes the family; the labels are those of node_exporter, with Swift where Go was.
    package func write(into metrics: inout MetricWriter) {
        metrics.family(
            "node_exporter_build_info",
            .gauge,
            "A metric with a constant '1' value labeled by version, revision, branch, goversion "
                + "from which node_exporter was built, and the goos and goarch for the build.",
        )
        metrics.sample(1) { labels in
            labels.add("branch", self.branch)
            labels.add("goarch", Self.architecture)
            labels.add("goos", "linux")
            labels.add("goversion", "swift6.3")
            labels.add("revision", self.revision)
            labels.add("tags", "")
            labels.add("version", self.version)
        }
    }

    private static var architecture: String {
        #if arch(arm64)
        "arm64"
        #else
        "amd64"
        #endif
    }
}
