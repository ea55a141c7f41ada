import Codecs
import Pipeline
import Scraping
import Telemetry

/// The page's view of targets: the jobs with their counts, and the targets that fit.
struct TargetsReport {
    /// Targets on the page, those that need a look first; `/api/v1/targets` has all.
    private static let targetsShown = 500
    /// Dropped targets on the page.
    private static let droppedShown = 200
    /// Targets of one job that are named among the problems.
    private static let problemsShown = 3
    /// Lookups of targets that are named among the problems.
    private static let troublesShown = 10

    /// Every target.
    let targets: [TargetStatus]
    private let dropped: [DroppedTarget]
    private let droppedCounts: [(job: String, count: Int)]
    private let elsewhereCounts: [String: Int]
    private let troubles: [DiscoveryTrouble]
    private let membershipTrouble: String?
    private let now: Int64

    /// Looks at the manager once; `now` is nanoseconds since 1970.
    init(_ manager: ScrapeManager, now: Int64) {
        self.targets = manager.targets()
        self.dropped = manager.droppedTargets()
        self.droppedCounts = manager.droppedCounts
        self.elsewhereCounts = Dictionary(
            manager.elsewhereCounts.map { ($0.job, $0.count) }
        ) { first, _ in first }
        self.troubles = manager.discoveryTroubles
        self.membershipTrouble = manager.membershipTrouble
        self.now = now
    }

    /// Samples of the last scrapes.
    var samples: Int { self.targets.reduce(0) { $0 + $1.counts.scraped } }

    /// Targets that are down, a few of each job by name.
    var problems: [StatusReport.Problem] {
        var problems: [StatusReport.Problem] = []
        let down = Dictionary(
            grouping: self.targets.filter { $0.health == .down },
            by: \.target.job,
        )
        for (job, targets) in down.sorted(by: { $0.key < $1.key }) {
            for status in targets.prefix(Self.problemsShown) {
                let instance = status.target.labels["instance"] ?? ""
                problems.append(
                    StatusReport.Problem(
                        place: "target \(job) \(instance)",
                        what: status.lastError,
                    )
                )
            }
            let rest = targets.count - Self.problemsShown
            if rest > 0 {
                problems.append(
                    StatusReport.Problem(
                        place: "job \(job)",
                        what: "\(rest) more targets are down",
                    )
                )
            }
        }
        for target in self.dropped.filter({ $0.rule == nil }).prefix(Self.problemsShown) {
            problems.append(
                StatusReport.Problem(
                    place: "job \(target.job)",
                    what: "a target can't be scraped: \(target.error)",
                )
            )
        }
        for trouble in self.troubles.prefix(Self.troublesShown) {
            problems.append(
                StatusReport.Problem(
                    place: "\(trouble.place.mechanism)_sd_configs of \(trouble.place.job)",
                    what: trouble.reason,
                )
            )
        }
        if let membershipTrouble {
            problems.append(
                StatusReport.Problem(place: "kubernetes.agents", what: membershipTrouble)
            )
        }
        return problems
    }

    /// Writes `jobs`, `targets`, `targets_total` and `dropped`.
    func write(into json: inout JSONWriter) {
        self.writeJobs(into: &json)
        json.member("targets_total", self.targets.count)
        let order: [TargetStatus.Health] = [.down, .unknown, .up]
        let shown = order.flatMap { health in self.targets.filter { $0.health == health } }
            .prefix(Self.targetsShown)
        json.member("targets", objects: shown) { self.write($1, into: &$0) }
        let dropped = self.dropped.prefix(Self.droppedShown)
        json.member("dropped", objects: dropped) { json, target in
            json.member("job", target.job)
            json.member("address", target.discovered["__address__"] ?? "")
            json.member("reason", target.reason)
            json.member("labels", labels: target.discovered)
        }
    }

    private func writeJobs(into json: inout JSONWriter) {
        let byJob = Dictionary(grouping: self.targets, by: \.target.job)
        json.member("jobs", objects: self.droppedCounts) { json, job in
            let targets = byJob[job.job] ?? []
            json.member("job", job.job)
            json.member("up", targets.count { $0.health == .up })
            json.member("down", targets.count { $0.health == .down })
            json.member("total", targets.count)
            json.member("dropped", job.count)
            json.member("elsewhere", self.elsewhereCounts[job.job] ?? 0)
            json.member("samples", targets.reduce(0) { $0 + $1.counts.scraped })
            json.member("bytes", targets.reduce(0) { $0 + $1.bodySize })
            json.member("memory", targets.reduce(0) { $0 + $1.footprint })
            json.member("cpu", targets.reduce(0) { $0 + $1.cpu.seconds })
            json.member("limited", targets.reduce(0) { $0 + $1.counts.limited })
            json.member("lag", targets.map(\.lag.seconds).max() ?? 0)
            json.member("slowest", targets.map(\.lastDuration.seconds).max() ?? 0)
        }
    }

    private func write(_ status: TargetStatus, into json: inout JSONWriter) {
        json.member("job", status.target.job)
        json.member("instance", status.target.labels["instance"] ?? "")
        json.member("url", status.target.url)
        json.member("labels", status.target.labels.description)
        json.member("health", status.health.rawValue)
        json.member("samples", status.counts.scraped)
        json.member("added", status.counts.added)
        json.member("seconds", status.lastDuration.seconds)
        json.member("bytes", status.bodySize)
        json.member("memory", status.footprint)
        json.member("lag", status.lag.seconds)
        json.member("cpu", status.cpu.seconds)
        json.member("limited", status.counts.limited)
        let age = status.lastScrape == 0 ? -1 : Double(self.now - status.lastScrape) / 1e9
        json.member("age_seconds", age)
        json.member("error", status.lastError)
    }
}
