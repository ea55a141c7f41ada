import Codecs
import Pipeline
import Scraping
import Telemetry

/// `/api/v1/targets/cardinality`: which labels and metrics make the series that are scraped.
///
/// `?scrapePool=` and `?instance=` choose targets, `?limit=` the entries of each list. Counted on the
/// scrapes' thread, target by target, so that scrapes come in between; see `Cardinality` for its
/// bounds.
struct CardinalityEndpoint: AdminEndpoint {
    /// Entries of each list unless `limit` says otherwise.
    private static let usualCount = 20
    /// The most entries of a list.
    private static let countLimit = 1000

    let methods = ["GET"]
    let path = "/api/v1/targets/cardinality"
    let manager: @Sendable () async -> ScrapeManager

    func answer(_ request: HTTPIncoming) async -> HTTPAnswer {
        var count = Self.usualCount
        if let text = request.parameter("limit") {
            guard let number = Int(text), (1...Self.countLimit).contains(number) else {
                return APIAnswer.badData("limit must be a number from 1 to \(Self.countLimit)")
            }
            count = number
        }
        let manager = await self.manager()
        let instance = request.parameter("instance")
        let targets = manager.targets(of: request.parameter("scrapePool"))
            .filter { instance == nil || $0.target.labels["instance"] == instance }
        var cardinality = Cardinality()
        for source in targets.compactMap(\.source) where cardinality.isComplete {
            cardinality = await manager.ingester.count(source, on: cardinality)
        }
        let result = cardinality
        return APIAnswer.success { json in
            json.object { json in
                json.member("targets", targets.count)
                json.member("series", result.series)
                json.member("complete", result.isComplete)
                for (name, labels) in [
                    ("labelNamesByValues", result.labelsByValues(count)),
                    ("labelNamesBySeries", result.labelsBySeries(count)),
                ] {
                    json.member(name, objects: labels) { json, label in
                        json.member("name", label.name)
                        json.member("values", label.values)
                        json.member("series", label.series)
                    }
                }
                json.member("metricNamesBySeries", objects: result.metricsBySeries(count)) {
                    json,
                    metric in
                    json.member("name", metric.name)
                    json.member("series", metric.series)
                }
            }
        }
    }
}
