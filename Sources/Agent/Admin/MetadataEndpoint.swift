import Codecs
import Pipeline
import Scraping
import Telemetry

/// `/api/v1/metadata`: what is said of families, whoever says it.
///
/// Of targets that differ, the first counts. Source: Prometheus, `web/api/v1/api.go`,
/// `metricMetadata`.
struct MetadataEndpoint: AdminEndpoint {
    let methods = ["GET"]
    let path = "/api/v1/metadata"
    let manager: @Sendable () async -> ScrapeManager

    func answer(_ request: HTTPIncoming) async -> HTTPAnswer {
        var limit = -1
        if let text = request.parameter("limit") {
            guard let number = Int(text) else {
                return APIAnswer.badData("limit must be a number")
            }
            limit = number
        }
        let metric = request.parameter("metric")
        var families = await self.manager().ingester.metadata()
        if let metric { families = families.filter { $0.family == metric } }
        if limit >= 0 { families = Array(families.prefix(limit)) }
        return APIAnswer.success { json in
            json.object { json in
                for family in families {
                    json.key(family.family)
                    json.array { json in json.object { family.write(into: &$0) } }
                }
            }
        }
    }
}
