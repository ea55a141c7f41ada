import Bytes
import Telemetry

/// Elastic Common Schema, with Filebeat's `kubernetes` fields.
///
/// `log.level` is the program's own word, as the schema wants it. Fields of records stand at the top.
/// Sources: "Elastic Common Schema Reference"; Filebeat reference, "Kubernetes fields".
enum ECSLayout: LogLayout {
    private static let version = "8.11.0"

    static var names: LogLayoutNames {
        LogLayoutNames(
            time: "{\"@timestamp\":\"",
            body: "Z\",\"message\":\"",
            offset: ",\"log\":{\"offset\":",
            severity: .init(start: ",\"level\":\"", words: .theirs),
            traceID: .init(",\"trace\":{\"id\":\"", "\"}"),
            spanID: .init(",\"span\":{\"id\":\"", "\"}"),
            reserved: [
                ("@timestamp", .always), ("message", .body), ("log", .always), ("ecs", .always),
                ("host", .always), ("stream", .stream), ("kubernetes", .pod),
                ("container", .pod), ("orchestrator", .pod), ("trace", .traceID),
                ("span", .spanID),
            ],
        )
    }

    /// Ends the object `log`, which the offset began.
    static func appendOpening(_ file: LogJSON.File, to out: inout OutputBuffer) {
        out.appendObject("file") { $0.appendMember("path", file.origin.path) }
        out.append("}")
    }

    static func appendEnding(_ file: LogJSON.File, to out: inout OutputBuffer) {
        out.appendMember("stream", file.stream.name)
        if file.origin.isPod {
            Self.appendPod(file, to: &out)
            out.appendObject("orchestrator") { $0.appendMember("type", "kubernetes") }
        }
        out.appendObject("host") { $0.appendMember("name", file.host) }
        out.appendObject("ecs") { $0.appendMember("version", Self.version) }
        out.append("}")
    }

    private static func appendPod(_ file: LogJSON.File, to out: inout OutputBuffer) {
        let origin = file.origin
        let metadata = origin.metadata
        let keys: LogKeyForm = file.dedots ? .withoutDots : .asIs
        out.appendObject("kubernetes") { out in
            out.appendMember("namespace", origin.namespace)
            out.appendObject("pod") { out in
                out.appendMember("name", origin.pod)
                out.appendMember("uid", origin.podUID)
                out.appendMember("ip", metadata?.podIP ?? "")
            }
            out.appendObject("container") { $0.appendMember("name", origin.container) }
            out.appendObject("node") { $0.appendMember("name", file.host) }
            if let metadata {
                out.appendObject("labels") { $0.appendMembers(metadata.labels, keys) }
                out.appendObject("annotations") { $0.appendMembers(metadata.annotations, keys) }
                if let kind = metadata.workloadKey {
                    out.appendObject(kind) { $0.appendMember("name", metadata.workloadName) }
                }
            }
        }
        out.appendObject("container") { out in
            out.appendMember("id", origin.knownContainerID)
            out.appendObject("image") { $0.appendMember("name", metadata?.image ?? "") }
        }
    }
}
