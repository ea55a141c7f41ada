import Bytes
import Codecs
import Config
import Pipeline
import Scraping

/// `/api/v1/targets`: what is scraped, in Prometheus's shape.
///
/// `?state=active|dropped|any` chooses a half, `?scrapePool=` a job. What Martlet adds stands behind
/// Prometheus's members: `owner` is the node whose agent scrapes a target, `?state=elsewhere` lists
/// those that other agents scrape. Source: Prometheus, `web/api/v1/api.go`, `targets`.
struct TargetsEndpoint: AdminEndpoint {
    let methods = ["GET"]
    let path = "/api/v1/targets"
    /// This node's name, by which others reach what is local here.
    let nodeName: @Sendable () async -> String
    let manager: @Sendable () async -> ScrapeManager

    func answer(_ request: HTTPIncoming) async -> HTTPAnswer {
        let manager = await self.manager()
        let state = request.parameter("state")?.lowercased() ?? "any"
        let job = request.parameter("scrapePool")
        let showsActive = state == "any" || state == "active"
        let showsDropped = state == "any" || state == "dropped"
        let active = showsActive ? manager.targets(of: job) : []
        let dropped = showsDropped ? manager.droppedTargets(of: job) : []
        let counts = showsDropped ? manager.droppedCounts : []
        let elsewhere = state == "elsewhere" ? manager.elsewhereTargets(of: job) : []
        let host = await self.nodeName()
        return APIAnswer.success { json in
            json.object { json in
                json.member("activeTargets", objects: active) { json, status in
                    Self.write(status, host, into: &json)
                }
                json.member("droppedTargets", objects: dropped) { json, target in
                    Self.write(target, into: &json)
                }
                json.key("droppedTargetCounts")
                if showsDropped {
                    Self.write(counts, of: job, into: &json)
                } else {
                    json.null()
                }
                json.member("elsewhereTargets", objects: elsewhere) { json, target in
                    Self.write(target, into: &json)
                }
                json.key("elsewhereTargetCounts")
                Self.write(manager.elsewhereCounts, of: job, into: &json)
            }
        }
    }

    private static func write(
        _ counts: [(job: String, count: Int)],
        of job: String?,
        into json: inout JSONWriter,
    ) {
        json.object { json in
            for (name, count) in counts where job == nil || job == name {
                json.member(name, count)
            }
        }
    }

    private static func write(_ elsewhere: ElsewhereTarget, into json: inout JSONWriter) {
        json.member("discoveredLabels", labels: elsewhere.target.discovered)
        json.member("labels", labels: elsewhere.target.labels)
        json.member("scrapePool", elsewhere.target.job)
        json.member("scrapeUrl", elsewhere.target.url)
        json.member("owner", elsewhere.owner)
    }

    private static func write(_ target: DroppedTarget, into json: inout JSONWriter) {
        json.member("discoveredLabels", labels: target.discovered)
        json.member("scrapePool", target.job)
        json.member("reason", target.reason)
    }

    private static func write(
        _ status: TargetStatus,
        _ host: String,
        into json: inout JSONWriter,
    ) {
        let target = status.target
        json.member("discoveredLabels", labels: target.discovered)
        json.member("labels", labels: target.labels)
        json.member("scrapePool", target.job)
        json.member("scrapeUrl", target.url)
        json.member("globalUrl", GlobalURL.of(target.url, host: host))
        json.member("lastError", status.lastError)
        var time = OutputBuffer(capacity: 32)
        time.append(rfc3339: status.lastScrape)
        json.member("lastScrape", status.lastScrape == 0 ? "0001-01-01T00:00:00Z" : time.text)
        json.member("lastScrapeDuration", status.lastDuration.seconds)
        json.member("health", status.health.rawValue)
        json.member("scrapeInterval", DurationSyntax.format(target.interval))
        json.member("scrapeTimeout", DurationSyntax.format(target.timeout))
        json.member("owner", host)
        json.key("martlet")
        json.object { json in TargetCost(status).write(into: &json) }
    }
}

extension DroppedTarget {
    /// What dropped it, in words.
    var reason: String {
        guard let rule = self.rule else { return self.error }
        return "relabel_configs[\(rule)]: \(self.ruleText)"
    }
}

/// What one target gives and takes, beyond what Prometheus shows.
struct TargetCost {
    private let status: TargetStatus

    init(_ status: TargetStatus) { self.status = status }

    /// Writes the members of an object.
    func write(into json: inout JSONWriter) {
        json.member("samples", self.status.counts.scraped)
        json.member("samplesKept", self.status.counts.kept)
        json.member("seriesAdded", self.status.counts.added)
        json.member("bodyBytes", self.status.bodySize)
        json.member("memoryBytes", self.status.footprint)
        json.member("lagSeconds", self.status.lag.seconds)
        json.member("cpuSeconds", self.status.cpu.seconds)
        json.member("cpuSecondsTotal", self.status.totalCPU.seconds)
        json.member("samplesOverSeriesLimit", self.status.counts.limited)
        json.member("seriesInWindow", self.status.windowSeries)
    }
}

/// Where others reach a target.
enum GlobalURL {
    /// The URL with `host` in the place of a host that means "here".
    ///
    /// Source: Prometheus, `web/api/v1/api.go`, `getGlobalURL`; a URL without a port stays as it is.
    static func of(_ url: String, host: String) -> String {
        guard let range = url.firstRange(of: "://") else { return url }
        let authority = url[range.upperBound...].prefix { $0 != "/" && $0 != "?" }
        for local in ["127.0.0.1:", "localhost:", "[::1]:"] where authority.hasPrefix(local) {
            let name = host.contains(":") ? "[\(host)]" : host
            return url[..<range.upperBound] + name
                + url[range.upperBound...]
                .dropFirst(local.utf8.count - 1)
        }
        return url
    }
}
