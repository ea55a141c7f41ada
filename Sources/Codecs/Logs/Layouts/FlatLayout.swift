import Bytes
import Telemetry

/// One word for each thing, all at the top, for stores whose columns are plain names.
///
/// Labels are `label_` and their key with `_` for all but letters and digits, as Prometheus and
/// kube-state-metrics call them; annotations likewise.
enum FlatLayout: LogLayout {
    static var names: LogLayoutNames {
        LogLayoutNames(
            time: "{\"timestamp\":\"",
            body: "Z\",\"message\":\"",
            severity: .init(start: ",\"level\":\"", words: .ours),
            traceID: .init(",\"trace_id\":\""),
            spanID: .init(",\"span_id\":\""),
            traceFlags: .init(",\"trace_flags\":\""),
            reserved: [
                ("timestamp", .always), ("message", .body), ("level", .severity),
                ("stream", .stream), ("node", .always), ("namespace", .pod), ("pod", .pod),
                ("pod_uid", .pod), ("pod_ip", .pod), ("container", .pod),
                ("container_id", .pod), ("image", .pod), ("image_id", .pod),
                ("workload_kind", .pod), ("workload_name", .pod), ("file", .file),
                ("trace_id", .traceID), ("span_id", .spanID), ("trace_flags", .traceFlags),
            ],
            reservedPrefixes: [("label_", .pod), ("annotation_", .pod)],
        )
    }

    static func appendEnding(_ file: LogJSON.File, to out: inout OutputBuffer) {
        let origin = file.origin
        out.appendMember("stream", file.stream.name)
        if origin.isPod {
            out.appendMember("namespace", origin.namespace)
            out.appendMember("pod", origin.pod)
            out.appendMember("pod_uid", origin.podUID)
            out.appendMember("container", origin.container)
            out.appendMember("container_id", origin.knownContainerID)
            if let metadata = origin.metadata {
                out.appendMember("image", metadata.image)
                out.appendMember("image_id", metadata.imageID)
                out.appendMember("pod_ip", metadata.podIP)
                out.appendMember("workload_kind", metadata.workloadKind)
                out.appendMember("workload_name", metadata.workloadName)
                out.appendMembers(metadata.labels, .word, after: "label_")
                out.appendMembers(metadata.annotations, .word, after: "annotation_")
            }
        } else {
            out.appendMember("file", origin.path)
        }
        out.appendMember("node", file.host)
        out.append("}")
    }
}
