import Bytes
import Telemetry

/// OpenTelemetry's log records, as its exporter stores them in Elasticsearch.
///
/// Fields are `attributes`; what the records of a container share is `resource.attributes`. Keys have
/// dots, as the data streams `logs-*.otel-*` expect them.
/// Sources: OpenTelemetry, "Logs Data Model" and "Kubernetes" resource conventions;
/// opentelemetry-collector-contrib, `elasticsearchexporter`, mapping mode `otel`.
enum OTelLayout: LogLayout {
    static var names: LogLayoutNames {
        LogLayoutNames(
            time: "{\"@timestamp\":\"",
            body: "Z\",\"body\":{\"text\":\"",
            bodyEnd: "\"}",
            severity: .init(
                start: ",\"severity_text\":\"",
                number: ",\"severity_number\":",
                words: .theirsInCapitals,
            ),
            traceID: .init(",\"trace_id\":\""),
            spanID: .init(",\"span_id\":\""),
            reserved: [("log.file.path", .always), ("log.iostream", .stream)],
        )
    }

    static func appendOpening(_ file: LogJSON.File, to out: inout OutputBuffer) {
        out.append(",\"attributes\":{")
        out.appendMember("log.file.path", file.origin.path)
        out.appendMember("log.iostream", file.stream.name)
    }

    static func appendEnding(_ file: LogJSON.File, to out: inout OutputBuffer) {
        out.append("}")
        out.appendObject("resource") { out in
            out.appendObject("attributes") { Self.appendResource(file, to: &$0) }
        }
        out.append("}")
    }

    private static func appendResource(_ file: LogJSON.File, to out: inout OutputBuffer) {
        let origin = file.origin
        out.appendMember("host.name", file.host)
        if !origin.isPod { return }
        out.appendMember("k8s.node.name", file.host)
        out.appendMember("k8s.namespace.name", origin.namespace)
        out.appendMember("k8s.pod.name", origin.pod)
        out.appendMember("k8s.pod.uid", origin.podUID)
        out.appendMember("k8s.container.name", origin.container)
        out.append(",\"k8s.container.restart_count\":")
        out.append(decimal: UInt64(clamping: origin.attempt))
        out.appendMember("container.id", origin.knownContainerID)
        guard let metadata = origin.metadata else { return }
        out.appendMember("k8s.pod.ip", metadata.podIP)
        out.appendMember("container.image.name", metadata.image)
        if let kind = metadata.workloadKey {
            out.appendMember("k8s.\(kind).name", metadata.workloadName)
        }
        let keys: LogKeyForm = file.dedots ? .withoutDots : .asIs
        out.appendMembers(metadata.labels, keys, after: "k8s.pod.label.")
        out.appendMembers(metadata.annotations, keys, after: "k8s.pod.annotation.")
    }
}
