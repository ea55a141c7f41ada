import Bytes

extension JSONWriter {
    /// Writes an event, the body of a log record; what it does not say is left out.
    package mutating func value(_ event: EventObject) {
        self.object { json in
            json.member("kind", event.subject.kind)
            json.told("namespace", event.subject.namespace)
            json.told("name", event.subject.name)
            json.told("uid", event.subject.uid)
            json.told("field", event.subject.fieldPath)
            json.told("type", event.type)
            json.told("reason", event.reason)
            json.told("message", event.message)
            json.member("count", max(event.count, 0))
            json.told("component", event.component)
            json.told("host", event.host)
            json.told("first", Self.text(event.first))
            json.told("last", Self.text(event.last))
            json.told("event", event.metadata.name)
        }
    }

    private mutating func told(_ name: String, _ text: String) {
        self.member(name, text.isEmpty ? nil : text)
    }

    /// A time in RFC 3339's form, to the microsecond; empty for none.
    private static func text(_ time: Int64?) -> String {
        guard let time else { return "" }
        let (seconds, rest) = time.quotientAndRemainder(dividingBy: 1_000_000_000)
        var out = OutputBuffer(capacity: 32)
        out.append(civilTime: CivilTime(epochSeconds: seconds))
        if rest > 0 {
            out.append(".")
            out.append(decimal: UInt64(rest / 1000), width: 6)
        }
        out.append("Z")
        return out.text
    }
}
