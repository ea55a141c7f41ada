package import Codecs
package import Config
package import Patterns
package import Telemetry

/// What somebody who looks on wants to see of the records that pass.
package struct LogTapOptions: Sendable {
    /// How records are written.
    package enum Format: String, Sendable, CaseIterable {
        /// One JSON object a line.
        case json
        /// Time, container, stream and body.
        case text
    }

    /// Namespaces of pods; all if empty.
    package var namespaces = NameList()
    /// Names of pods; all if empty.
    package var pods = NameList()
    /// Names of containers; all if empty.
    package var containers = NameList()
    /// Outputs of containers.
    package var streams = LogStreams.all
    /// What must be found in bodies; nil for anything.
    package var pattern: Pattern?
    /// After how many records it ends; nil for never.
    package var limit: Int?
    /// How records are written.
    package var format = Format.json
    /// The names of the fields of JSON objects.
    package var layout = LogJSON.Layout.kubernetes

    /// Everything, for ever.
    package init() {}

    /// Whether records of `origin` may be wanted.
    func selects(_ origin: LogOrigin) -> Bool {
        (self.namespaces.isEmpty || self.namespaces.contains(origin.namespace))
            && (self.pods.isEmpty || self.pods.contains(origin.pod))
            && (self.containers.isEmpty || self.containers.contains(origin.container))
    }
}
