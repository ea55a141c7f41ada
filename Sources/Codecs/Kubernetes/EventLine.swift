package import Bytes

/// Writes events as JSON objects, one a line: the body of a log record.
package struct EventLine: Sendable {
    /// Nothing is kept between lines.
    package init() {}

    /// Appends one event with its line end.
    package func append(_ event: EventObject, to out: inout OutputBuffer) {
        out.append("{\"kind\":")
        out.append(jsonString: event.subject.kind)
        Self.append("namespace", event.subject.namespace, to: &out)
        Self.append("name", event.subject.name, to: &out)
        Self.append("uid", event.subject.uid, to: &out)
        Self.append("field", event.subject.fieldPath, to: &out)
        Self.append("type", event.type, to: &out)
        Self.append("reason", event.reason, to: &out)
        Self.append("message", event.message, to: &out)
        out.append(",\"count\":")
        out.append(decimal: UInt64(max(event.count, 0)))
        Self.append("component", event.component, to: &out)
        Self.append("host", event.host, to: &out)
        Self.append("first", event.first, to: &out)
        Self.append("last", event.last, to: &out)
        Self.append("event", event.metadata.name, to: &out)
        out.append("}\n")
    }

    private static func append(_ name: String, _ value: String, to out: inout OutputBuffer) {
        if value.isEmpty { return }
        out.append(",\"\(name)\":")
        out.append(jsonString: value)
    }

    private static func append(_ name: String, _ time: Int64?, to out: inout OutputBuffer) {
        guard let time else { return }
        let (seconds, rest) = time.quotientAndRemainder(dividingBy: 1_000_000_000)
        out.append(",\"\(name)\":\"")
        out.append(civilTime: CivilTime(epochSeconds: seconds))
        if rest > 0 {
            out.append(".")
            out.append(decimal: UInt64(rest / 1000), width: 6)
        }
        out.append("Z\"")
    }
}
