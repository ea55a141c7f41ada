import Codecs
import Config
package import Telemetry

/// Reads the files of `file_sd_configs`: lists of target groups in JSON or YAML.
package enum TargetGroupFile {
    /// Reads a file's bytes; the path's ending says which of the two they are.
    ///
    /// Pure. Unknown keys are errors, as in Prometheus; variables of the environment are not put in.
    package static func read(
        _ bytes: borrowing Span<UInt8>,
        path: String,
    ) throws(DiscoveryFailure) -> [TargetGroup] {
        if path.lowercased().hasSuffix(".json") {
            do throws(TargetGroupJSON.Unreadable) {
                return try TargetGroupJSON.read(bytes)
            } catch {
                throw DiscoveryFailure("\(path): \(error)")
            }
        }
        let document: ConfigDocument
        do throws(ConfigError) {
            document = try ConfigDocument.parse(list: "groups", bytes, file: path)
        } catch {
            throw DiscoveryFailure("\(error)")
        }
        let (groups, report) = ConfigLoader.read(from: document) { node throws(ConfigError) in
            node.sections("groups", "Target groups.") { node throws(ConfigError) in
                Self.group(&node)
            }
        }
        guard let groups else {
            throw DiscoveryFailure(report.errors.first?.description ?? "\(report)")
        }
        return groups
    }

    private static func group(_ node: inout ConfigNode) -> TargetGroup {
        var syntax = ScalarSyntax.string(.none)
        syntax.takesNull = true
        var group = TargetGroup(
            addresses: node.list("targets", of: syntax, "Addresses as host:port.")
        )
        for label in node.stringMap("labels", substitution: .none, "Labels of all of them.") {
            group.labels[label.name] = label.value
        }
        return group
    }
}
