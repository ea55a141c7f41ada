package import Codecs
package import Config
package import Telemetry

/// Which records a rule is for; what is not said selects everything.
package struct LogRuleMatch: ComponentOptions, Hashable {
    /// Namespaces of pods.
    package var namespaces = NameList()
    /// Names of pods.
    package var pods = NameList()
    /// Names of containers.
    package var containers = NameList()
    /// Labels of pods and the values that they must have, each of them.
    package var labels: [String: NameList] = [:]
    /// Paths of files.
    package var paths = NameList()
    /// Outputs of containers.
    package var streams = LogStreams.all

    /// Selects everything.
    package init() {}

    package init(from node: inout ConfigNode) throws(ConfigError) {
        self.namespaces = node.names("namespaces", "Namespaces; `*` in each is any text.")
        self.pods = node.names("pods", "Names of pods; `*` in each is any text.")
        self.containers = node.names("containers", "Names of containers; `*` in each is any text.")
        let labels = node.stringMap(
            "labels",
            "Labels of pods with the values that each must have; `*` in a value is any text.",
        )
        for label in labels { self.labels[label.name] = NameList([label.value]) }
        self.paths = node.names("paths", "Paths of files; `*` in each is any text.")
        let streams = node.strings(
            "streams",
            "Outputs of containers: stdout, stderr; both if empty.",
        )
        if streams.isEmpty { return }
        self.streams = []
        for name in streams {
            switch name {
            case "stdout": self.streams.insert(.stdout)
            case "stderr": self.streams.insert(.stderr)
            default: node.reject("streams", expected: "stdout or stderr")
            }
        }
    }

    /// Whether records of `origin` are meant, on some stream at least; `pod` is nil where it isn't known.
    package func selects(_ origin: LogOrigin, in pod: PodObject?) -> Bool {
        if !Self.means(self.namespaces, origin.namespace) { return false }
        if !Self.means(self.pods, origin.pod) { return false }
        if !Self.means(self.containers, origin.container) { return false }
        if !Self.means(self.paths, origin.path) { return false }
        return self.labels.allSatisfy { key, values in
            pod?.metadata.label(key).map(values.contains) ?? false
        }
    }

    private static func means(_ names: NameList, _ name: String) -> Bool {
        names.isEmpty || names.contains(name)
    }
}
