package import Codecs
package import Telemetry

/// What a pod's annotations ask for the logs of one of its containers.
///
/// `martlet.dev/KEY` is for all containers, `martlet.dev/KEY-CONTAINER` for one. Fluent Bit's and
/// Vector's own keys mean here what they mean there; where both speak, ours wins.
/// Sources: Fluent Bit, "Kubernetes" filter, "Kubernetes Annotations"; Vector, `kubernetes_logs`.
package struct LogDirectives: Sendable, Hashable {
    /// Outputs that are left out.
    package private(set) var excluded: LogStreams = []
    /// The parser of each output, by the names that `LogRules` knows.
    package private(set) var parsers: [LogStream: String] = [:]
    /// How lines are joined, by the name of a built-in way.
    package private(set) var join: String?
    /// The container's share where several have much to deliver.
    package private(set) var weight = 1

    /// The most that a container may weigh.
    package static let weightLimit = 100

    /// Asks for nothing.
    package init() {}

    /// Reads what stands on `pod` for `container`.
    package init(of pod: PodObject, container: String) {
        let metadata = pod.metadata
        if metadata.label("vector.dev/exclude") == "true" { self.excluded = .all }
        let named =
            metadata.annotation("vector.dev/exclude-containers")?.split(separator: ",") ?? []
        if named.contains(where: { Self.trimmed($0) == container }) { self.excluded = .all }
        self.readOutputs(metadata, "fluentbit.io", exclude: "exclude", parse: "parser", container)
        self.readOutputs(metadata, "martlet.dev", exclude: "exclude", parse: "parse", container)
        self.join = Self.value(metadata, "martlet.dev/join", container)
        if let text = Self.value(metadata, "martlet.dev/weight", container), let weight = Int(text)
        {
            self.weight = min(max(weight, 1), Self.weightLimit)
        }
    }

    /// `exclude` and `parse`, each for all outputs or, with `_stdout` or `_stderr`, for one.
    private mutating func readOutputs(
        _ metadata: ObjectMetadata,
        _ prefix: String,
        exclude: String,
        parse: String,
        _ container: String,
    ) {
        for (suffix, streams) in Self.outputs {
            if let text = Self.value(metadata, "\(prefix)/\(exclude)\(suffix)", container) {
                if Self.isTrue(text) {
                    self.excluded.formUnion(streams)
                } else {
                    self.excluded.subtract(streams)
                }
            }
            if let name = Self.value(metadata, "\(prefix)/\(parse)\(suffix)", container) {
                for stream in LogStream.allCases where streams.contains(stream) {
                    self.parsers[stream] = name
                }
            }
        }
    }

    private static var outputs: [(suffix: String, streams: LogStreams)] {
        [("", .all), ("_stdout", .stdout), ("_stderr", .stderr)]
    }

    /// What is said for the container, else what is said for all.
    private static func value(
        _ metadata: ObjectMetadata,
        _ key: String,
        _ container: String,
    ) -> String? {
        metadata.annotation("\(key)-\(container)") ?? metadata.annotation(key)
    }

    /// Fluent Bit's words for yes.
    private static func isTrue(_ text: String) -> Bool {
        ["true", "on", "yes"].contains(text.lowercased())
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return text
    }
}
