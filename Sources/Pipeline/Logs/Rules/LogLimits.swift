import Bytes
import Telemetry

/// The limits that hold for one sink's records, those that containers share among them.
final class LogLimits {
    private struct Key: Hashable {
        let rule: Int
        let namespace: String
    }

    private var shared: [Key: LogLimiter] = [:]

    /// The most namespaces that are remembered; beyond it the counts begin anew.
    private static let sharedLimit = 4096

    /// The limiter of one rule for a container of `namespace`.
    func limiter(_ limit: LogLimitOptions, rule: Int, namespace: String) -> LogLimiter {
        if limit.scope == .container { return LogLimiter(limit) }
        let key = Key(rule: rule, namespace: namespace)
        if let known = self.shared[key] { return known }
        if self.shared.count >= Self.sharedLimit { self.shared = [:] }
        let limiter = LogLimiter(limit)
        self.shared[key] = limiter
        return limiter
    }
}

/// A limit as it holds for one container.
struct LogContainerLimit {
    let rule: String
    let limit: LogLimitOptions
    let streams: LogStreams
    let limiter: LogLimiter

    /// Turns a record that is left out into the notice that says so.
    func notice(
        insteadOf record: LogRecord,
        _ leftOutBefore: Int,
        in table: inout LogTable,
    ) -> LogRecord {
        var notice = LogRecord(
            time: record.time,
            offset: record.offset,
            start: 0,
            count: 0,
            sourceBytes: 0,
            stream: record.stream,
        )
        notice.severity = .warning
        let end = self.limiter.end(ofWindowAt: record.time)
        notice.body = table.derive { out in
            out.append("martlet: the limit of ")
            out.append(decimal: UInt64(self.limit.bytesPerSecond))
            out.append(" bytes a second per ")
            out.append(self.limit.scope.rawValue)
            out.append(" (rule ")
            out.append(self.rule)
            out.append(") is reached; further records until ")
            out.append(civilTime: CivilTime(epochSeconds: end))
            out.append("Z are left out, and ")
            out.append(decimal: UInt64(leftOutBefore))
            out.append(" were since the last such notice")
        }
        return notice
    }
}
