import Codecs
import Kubernetes
import Pipeline

/// What the page shows, gathered at one moment: `/api/v1/status`.
///
/// Its shape belongs to the page; what others may rely on is under `/metrics` and in the endpoints
/// that have Prometheus's shape.
struct StatusReport {
    /// Something that a person should look at.
    struct Problem: Equatable {
        /// What has it.
        let place: String
        /// What is wrong, and since when where that is known.
        let what: String
    }

    let graph: AgentGraph
    let services: AgentServices
    let path: String?
    private let targets: TargetsReport

    /// Looks at what `graph` does now; `path` is the configuration file's.
    init(graph: AgentGraph, services: AgentServices, path: String?) {
        self.graph = graph
        self.services = services
        self.path = path
        self.targets = TargetsReport(graph.metrics.manager, now: services.clock.wallNanoseconds)
    }

    /// Everything that is wrong now, the gravest first.
    var problems: [Problem] {
        var problems: [Problem] = []
        if let refused = self.services.state.snapshot.refusedConfiguration {
            problems.append(
                Problem(
                    place: "configuration",
                    what: "the newest one was refused, the previous one goes on: \(refused)",
                )
            )
        }
        for driver in self.graph.metrics.drivers {
            let error = driver.currentStatus.lastError
            if !error.isEmpty {
                problems.append(Problem(place: "remote_write \(driver.name)", what: error))
            }
            let diskError = driver.counts.diskError
            if !diskError.isEmpty {
                problems.append(
                    Problem(place: "remote_write \(driver.name), queue on disk", what: diskError)
                )
            }
        }
        for sink in self.graph.logs.pipeline.sinkStatus {
            guard let failing = sink.failingFor else { continue }
            let seconds = Int(failing.seconds)
            problems.append(
                Problem(
                    place: "log sink \(sink.name)",
                    what: "failing for \(seconds) s: \(sink.lastError ?? "")",
                )
            )
        }
        if let trouble = self.services.cluster.node.trouble {
            problems.append(Problem(place: "kubernetes, this node's pods", what: trouble))
        }
        problems += self.targets.problems
        for group in self.graph.expositions.groups {
            for (name, outcome) in group.collectors.lastRuns {
                guard let outcome, !outcome.error.isEmpty else { continue }
                problems.append(Problem(place: "collector \(name)", what: outcome.error))
            }
        }
        return problems
    }

    /// Writes the report.
    func write(into json: inout JSONWriter) {
        json.object { json in
            self.writeAgent(into: &json)
            json.member("problems", objects: self.problems) { json, problem in
                json.member("where", problem.place)
                json.member("what", problem.what)
            }
            self.writeTotals(into: &json)
            self.writeCollectors(into: &json)
            self.targets.write(into: &json)
            self.writeReceivers(into: &json)
            LogStatus(self.graph.logs).write(into: &json)
        }
    }

    private func writeAgent(into json: inout JSONWriter) {
        let usage = ProcessUsage.current()
        let snapshot = self.services.state.snapshot
        json.key("agent")
        json.object { json in
            json.member("version", AgentVersion.number)
            json.member("node", self.graph.plan.nodeName)
            json.member("uptime_seconds", usage?.ageSeconds ?? 0)
            json.member("ready", snapshot.phase == .running)
            json.member("config_file", self.path)
            json.member("resident_bytes", usage?.residentBytes ?? 0)
            json.member("cpu_seconds", usage?.cpuSeconds ?? 0)
        }
    }

    private func writeTotals(into json: inout JSONWriter) {
        let metrics = self.graph.metrics
        json.key("totals")
        json.object { json in
            json.member("samples_scraped", self.targets.samples)
            json.member("samples_sent", metrics.drivers.reduce(0) { $0 + $1.samplesSent })
            let rows = self.graph.logs.pipeline.ledger.rows
            let samplesLost = metrics.drivers.reduce(0) { $0 + $1.samplesLost }
            let recordsLost = rows.reduce(0) { $0 + $1.total.lostRecords }
            json.member("lost", samplesLost + recordsLost)
            json.member(
                "log_records_delivered",
                self.graph.logs.pipeline.sinkStatus.reduce(0) { $0 + $1.deliveredRecords },
            )
            json.member("log_bytes_pending", rows.reduce(0) { $0 + Int($1.lag) })
        }
    }

    private func writeCollectors(into json: inout JSONWriter) {
        let runs = self.graph.expositions.groups.flatMap(\.collectors.lastRuns)
            .sorted { $0.name.rawValue < $1.name.rawValue }
        json.member("collectors", objects: runs) { json, run in
            json.member("name", run.name.rawValue)
            json.member("success", run.outcome?.succeeded ?? false)
            json.member("seconds", run.outcome?.seconds ?? 0)
            json.member("error", run.outcome?.error ?? "")
        }
    }

    private func writeReceivers(into json: inout JSONWriter) {
        let now = self.services.clock.wallNanoseconds
        json.member(
            "receivers",
            objects: zip(self.graph.metrics.drivers, self.graph.metrics.urls),
        ) { json, receiver in
            let (driver, url) = receiver
            let status = driver.currentStatus
            let counts = driver.counts
            json.member("name", driver.name)
            json.member("url", url)
            json.member("sent", counts.ledger.sent.total)
            json.member("pending", counts.pending.total)
            json.member("disk_samples", counts.onDisk.total)
            json.member("disk_bytes", counts.diskBytes)
            let oldest = counts.oldestOnDisk.map { Double(now) / 1e9 - Double($0) / 1000 }
            json.member("disk_oldest_seconds", max(oldest ?? 0, 0))
            json.member("lost", driver.samplesLost)
            let behind = counts.pending.total == 0 || status.lastSuccess == 0
            json.member("lag_seconds", behind ? 0 : Double(now - status.lastSuccess) / 1e9)
            json.member("error", status.lastError)
        }
    }
}
