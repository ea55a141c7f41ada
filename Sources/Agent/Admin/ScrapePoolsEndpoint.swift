import Codecs
import Pipeline
import Scraping

/// `/api/v1/scrape_pools`: the jobs' names.
struct ScrapePoolsEndpoint: AdminEndpoint {
    let methods = ["GET"]
    let path = "/api/v1/scrape_pools"
    let manager: @Sendable () async -> ScrapeManager

    func answer(_ request: HTTPIncoming) async -> HTTPAnswer {
        let names = await self.manager().jobNames
        return APIAnswer.success { json in
            json.object { json in
                json.key("scrapePools")
                json.array { json in
                    for name in names { json.value(name) }
                }
            }
        }
    }
}
