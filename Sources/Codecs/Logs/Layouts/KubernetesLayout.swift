import Bytes
import Telemetry

/// Fluent Bit's names: `log`, `stream`, fields beside them, and a `kubernetes` object.
///
/// Fields stand where `Merge_Log` puts them. Severity stays where the program put it, and `severity`
/// has it in the same words for all programs where a rule found it.
/// Source: Fluent Bit, "Kubernetes" filter.
enum KubernetesLayout: LogLayout {
    static var names: LogLayoutNames {
        LogLayoutNames(
            time: "{\"@timestamp\":\"",
            body: "Z\",\"log\":\"",
            severity: .init(start: ",\"severity\":\"", words: .ours),
            traceID: .init(",\"trace_id\":\""),
            spanID: .init(",\"span_id\":\""),
            traceFlags: .init(",\"trace_flags\":\""),
            reserved: [
                ("@timestamp", .always), ("log", .body), ("stream", .stream),
                ("kubernetes", .pod), ("file", .file), ("host", .file), ("severity", .severity),
                ("trace_id", .traceID), ("span_id", .spanID), ("trace_flags", .traceFlags),
            ],
        )
    }

    static func appendEnding(_ file: LogJSON.File, to out: inout OutputBuffer) {
        let origin = file.origin
        out.appendMember("stream", file.stream.name)
        if origin.isPod {
            out.appendObject("kubernetes") { out in
                out.appendMember("pod_name", origin.pod)
                out.appendMember("namespace_name", origin.namespace)
                out.appendMember("pod_id", origin.podUID)
                out.appendMember("container_name", origin.container)
                if let metadata = origin.metadata {
                    Self.append(metadata, dedots: file.dedots, to: &out)
                }
                out.appendMember("docker_id", origin.knownContainerID)
                out.appendMember("host", file.host)
            }
        } else {
            out.appendMember("file", origin.path)
            out.appendMember("host", file.host)
        }
        out.append("}")
    }

    /// What the cluster says of the container, under Fluent Bit's names where it has one.
    private static func append(
        _ metadata: LogPodMetadata,
        dedots: Bool,
        to out: inout OutputBuffer,
    ) {
        let keys: LogKeyForm = dedots ? .withoutDots : .asIs
        out.appendObject("labels") { $0.appendMembers(metadata.labels, keys) }
        out.appendObject("annotations") { $0.appendMembers(metadata.annotations, keys) }
        out.appendMember("pod_ip", metadata.podIP)
        out.appendMember("container_image", metadata.image)
        out.appendMember("container_hash", metadata.imageID)
        out.appendMember("workload_kind", metadata.workloadKind)
        out.appendMember("workload_name", metadata.workloadName)
    }
}
