import Codecs
import Pipeline
import Telemetry

/// `/api/v1/ledger`: what became of the logs of each container, for each sink.
///
/// For every entry, and for each of its files, `read = delivered + filtered + limited + lost +
/// pending` holds, in bytes of the files and in records. `namespace`, `pod`, `container`, `path` and
/// `sink` select entries.
struct LedgerEndpoint: AdminEndpoint {
    let methods = ["GET"]
    let path = "/api/v1/ledger"
    let ledger: @Sendable () async -> LogLedger

    func answer(_ request: HTTPIncoming) async -> HTTPAnswer {
        var json = JSONWriter(capacity: 16 << 10)
        let rows = await self.ledger().rows.filter { Self.isWanted($0, by: request) }
        json.object { json in
            json.member("status", "success")
            json.member("data", objects: rows) { json, row in
                json.member("namespace", row.origin.namespace)
                json.member("pod", row.origin.pod)
                json.member("container", row.origin.container)
                json.member("path", row.origin.pathOutsideContainers)
                json.member("sink", row.sink)
                Self.write(row.total, into: &json)
                json.member("lag_bytes", Int(row.lag))
                json.member("files", objects: row.files) { json, file in
                    json.member("generation", file.generation.number)
                    json.member("identity", file.generation.identity.text)
                    json.member("restarts", file.generation.origin.attempt)
                    json.member("path", file.generation.path)
                    json.member("state", file.generation.phase.rawValue)
                    json.member("size", Int(file.generation.size))
                    json.member("offset", Int(file.offset))
                    Self.write(file.account, into: &json)
                }
            }
        }
        return .json(json)
    }

    private static func isWanted(_ row: LogLedger.Row, by request: HTTPIncoming) -> Bool {
        let wanted = [
            ("namespace", row.origin.namespace), ("pod", row.origin.pod),
            ("container", row.origin.container), ("sink", row.sink),
        ]
        for (name, value) in wanted {
            let values = request.values(name)
            if !values.isEmpty, !values.contains(value) { return false }
        }
        let paths = request.values("path")
        return paths.isEmpty
            || row.files.contains { paths.contains($0.generation.path) }
            || paths.contains(row.origin.path)
    }

    private static func write(_ account: LogAccount, into json: inout JSONWriter) {
        Self.write("read", account.read, into: &json)
        Self.write("delivered", account.delivered, into: &json)
        Self.write("filtered", account.filtered, into: &json)
        Self.write("limited", account.limited, into: &json)
        Self.write("pending", account.pending, into: &json)
        json.key("lost")
        json.object { json in
            for reason in LogAccount.Loss.allCases {
                guard let count = account.lost[reason] else { continue }
                Self.write(reason.rawValue, count, into: &json)
            }
        }
    }

    private static func write(
        _ name: String,
        _ count: LogAccount.Count,
        into json: inout JSONWriter,
    ) {
        json.key(name)
        json.object { json in
            json.member("bytes", count.bytes)
            json.member("records", count.records)
        }
    }
}
