import Bytes
import Codecs
import Config
import Pipeline
import Scraping
import Telemetry

/// `/api/v1/targets`: what is scraped, in Prometheus's shape.
///
/// Source: Prometheus, HTTP API, "Targets". `?state=active|dropped` chooses one half.
struct TargetsEndpoint: AdminEndpoint {
    let methods = ["GET"]
    let path = "/api/v1/targets"
    let manager: @Sendable () async -> ScrapeManager

    func answer(_ request: HTTPIncoming) async -> HTTPAnswer {
        let manager = await self.manager()
        let state = request.query.first { $0.name == "state" }?.value ?? ""
        let active = state == "dropped" ? [] : manager.targets()
        let dropped = state == "active" ? [] : manager.droppedTargets()
        var json = JSONWriter(capacity: 16 << 10)
        json.object { json in
            json.member("status", "success")
            json.key("data")
            json.object { json in
                json.member("activeTargets", objects: active) { Self.write($1, into: &$0) }
                json.member("droppedTargets", objects: dropped) { json, target in
                    Self.write(target.discovered, as: "discoveredLabels", into: &json)
                    json.member("scrapePool", target.job)
                    if !target.error.isEmpty { json.member("reason", target.error) }
                    if let rule = target.rule {
                        json.member("reason", "dropped by relabel_configs[\(rule)]")
                    }
                }
                json.key("droppedTargetCounts")
                json.object { json in
                    for (job, targets) in Dictionary(grouping: dropped, by: \.job)
                        .sorted(by: { $0.key < $1.key })
                    {
                        json.member(job, targets.count)
                    }
                }
            }
        }
        return .json(json)
    }

    private static func write(_ status: TargetStatus, into json: inout JSONWriter) {
        let target = status.target
        Self.write(target.discovered, as: "discoveredLabels", into: &json)
        Self.write(target.labels, as: "labels", into: &json)
        json.member("scrapePool", target.job)
        json.member("scrapeUrl", target.url)
        json.member("globalUrl", target.url)
        json.member("lastError", status.lastError)
        var time = OutputBuffer(capacity: 32)
        time.append(rfc3339: status.lastScrape)
        json.member("lastScrape", status.lastScrape == 0 ? "0001-01-01T00:00:00Z" : time.text)
        json.member("lastScrapeDuration", status.lastDuration.seconds)
        json.member("health", status.health.rawValue)
        json.member("scrapeInterval", DurationSyntax.format(target.interval))
        json.member("scrapeTimeout", DurationSyntax.format(target.timeout))
    }

    private static func write(
        _ labels: LabelSet,
        as name: String,
        into json: inout JSONWriter,
    ) {
        json.key(name)
        json.object { json in
            for label in labels.labels { json.member(label.name, label.value) }
        }
    }
}
