import Codecs
import Pipeline
import Telemetry

/// The log half of the page: sinks, and files with the most to read first.
struct LogStatus {
    /// Files on the page; the ledger's endpoint has all.
    private static let filesShown = 200
    /// Containers on the page, one for each sink.
    private static let containersShown = 200

    private let path: LogPath
    private let rows: [LogLedger.Row]

    /// Looks at the ledger once.
    init(_ path: LogPath) {
        self.path = path
        self.rows = path.pipeline.ledger.rows
    }

    /// Writes `log_sinks`, `log_streams`, `log_containers` and the totals of the latter two.
    func write(into json: inout JSONWriter) {
        json.member("log_sinks", objects: self.path.pipeline.sinkStatus) { json, sink in
            let rows = self.rows.filter { $0.sink == sink.name }
            json.member("name", sink.name)
            json.member("address", sink.address)
            json.member("type", self.path.types[sink.name] ?? "")
            json.member("delivered", sink.deliveredRecords)
            json.member("lag_bytes", rows.reduce(0) { $0 + Int($1.lag) })
            json.member("resent", sink.resentRecords)
            json.member("lost", rows.reduce(0) { $0 + $1.total.lostRecords })
            json.member("error", sink.failingFor == nil ? "" : sink.lastError ?? "")
        }
        let generations = self.path.pipeline.catalogue.generations
        json.key("log_sources")
        json.array { json in
            for name in self.path.pipeline.sourceNames { json.value(name) }
        }
        json.member("log_streams_total", generations.count)
        json.member("log_streams", objects: self.files(generations)) { json, file in
            let origin = file.generation.origin
            json.member("namespace", origin.namespace)
            json.member("pod", origin.pod)
            json.member("container", Self.name(of: origin))
            json.member("path", file.generation.path)
            json.member("state", file.generation.phase.rawValue)
            json.member("size", Int(file.generation.size))
            json.member("lag", file.lag)
            json.member("error", "")
        }
        self.writeContainers(into: &json)
    }

    /// Writes `log_containers`: the ledger, what lost most and is furthest behind first.
    private func writeContainers(into json: inout JSONWriter) {
        let rows = self.rows.sorted { left, right in
            (left.total.lostRecords, left.lag) > (right.total.lostRecords, right.lag)
        }
        json.member("log_containers_total", rows.count)
        let shown = Array(rows.prefix(Self.containersShown))
        json.member("log_containers", objects: shown) { json, row in
            json.member("namespace", row.origin.namespace)
            json.member("pod", row.origin.pod)
            json.member("container", Self.name(of: row.origin))
            json.member("sink", row.sink)
            json.member("read", row.total.read.records)
            json.member("delivered", row.total.delivered.records)
            json.member("filtered", row.total.filtered.records)
            json.member("limited", row.total.limited.records)
            json.member("pending", row.total.pending.records)
            json.member("lag", Int(row.lag))
            json.key("lost")
            json.object { json in
                for reason in LogAccount.Loss.allCases {
                    guard let count = row.total.lost[reason] else { continue }
                    json.key(reason.rawValue)
                    json.object { json in
                        json.member("records", count.records)
                        json.member("bytes", count.bytes)
                    }
                }
            }
        }
    }

    /// What stands for a container: its name, or the path of a file that is no container's.
    private static func name(of origin: LogOrigin) -> String {
        origin.container.isEmpty ? origin.path : origin.container
    }

    /// The files with the lag of their slowest sink, the longest first.
    private func files(_ generations: [LogGeneration]) -> [(generation: LogGeneration, lag: Int)] {
        var lags: [Int: Int] = [:]
        for row in self.rows {
            for file in row.files {
                lags[file.generation.number, default: 0] = max(
                    lags[file.generation.number] ?? 0,
                    Int(file.lag),
                )
            }
        }
        let files = generations.map { (generation: $0, lag: lags[$0.number] ?? 0) }
        let ordered = files.sorted { left, right in
            left.lag == right.lag
                ? left.generation.path < right.generation.path : left.lag > right.lag
        }
        return Array(ordered.prefix(Self.filesShown))
    }
}
