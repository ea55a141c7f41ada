import Codecs
import Pipeline
import Scraping
import Telemetry

/// `/api/v1/targets/metadata`: what targets say of their families, in Prometheus's shape.
///
/// Source: Prometheus, `web/api/v1/api.go`, `targetMetadata`: `limit` counts entries, and is looked at
/// between two targets.
struct TargetMetadataEndpoint: AdminEndpoint {
    let methods = ["GET"]
    let path = "/api/v1/targets/metadata"
    let manager: @Sendable () async -> ScrapeManager

    func answer(_ request: HTTPIncoming) async -> HTTPAnswer {
        var selector = LabelSelector()
        if let text = request.parameter("match_target") {
            do throws(LabelSelector.Mistake) {
                selector = try LabelSelector(text)
            } catch {
                return APIAnswer.badData("invalid parameter \"match_target\": \(error)")
            }
        }
        var limit = -1
        if let text = request.parameter("limit") {
            guard let number = Int(text) else {
                return APIAnswer.badData("limit must be a number")
            }
            limit = number
        }
        let metric = request.parameter("metric")
        let manager = await self.manager()
        var entries: [(target: LabelSet, family: MetricMetadata)] = []
        for status in manager.targets() {
            if limit >= 0, entries.count >= limit { break }
            guard let source = status.source, selector.matches(status.target.labels) else {
                continue
            }
            for family in await manager.ingester.metadata(of: source)
            where metric == nil || family.family == metric {
                entries.append((status.target.labels, family))
            }
        }
        return APIAnswer.success { json in
            json.array { json in
                for entry in entries {
                    json.object { json in
                        json.member("target", labels: entry.target)
                        if metric == nil { json.member("metric", entry.family.family) }
                        entry.family.write(into: &json)
                    }
                }
            }
        }
    }
}
