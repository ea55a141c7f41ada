import Bytes

/// When a line of an API server's audit log happened.
///
/// Source: `k8s.io/apiserver/pkg/apis/audit/v1`, `Event`: both times are RFC 3339 in microseconds.
enum AuditEvent {
    /// The request's time, or else the stage's; nil for what is no JSON object with one of them.
    static func time(
        _ line: UnsafePointer<UInt8>,
        _ count: Int,
        _ clock: inout CRITimestamp,
    ) -> Int64? {
        guard count > 2, unsafe line[0] == UInt8(ascii: "{") else { return nil }
        var index = 1
        var isFirst = true
        var staged: Int64?
        while let key = unsafe JSONLine.key(line, count, &index, isFirst: isFirst) {
            isFirst = false
            let isReceived = unsafe JSONLine.equals(line, key, "requestReceivedTimestamp")
            let isTime = unsafe isReceived || JSONLine.equals(line, key, "stageTimestamp")
            if isTime, let text = unsafe JSONLine.text(line, count, &index) {
                let start = text.start
                guard let (time, length) = unsafe clock.read(line + start, count &- start),
                    length == text.end &- start
                else { continue }
                if isReceived { return time }
                staged = time
            } else if unsafe !JSONLine.skipValue(line, count, &index) {
                return nil
            }
        }
        return index > 0 ? staged : nil
    }
}
