import Codecs
import Pipeline

/// `/api/v1/status`: what the page shows.
struct StatusEndpoint: AdminEndpoint {
    let methods = ["GET"]
    let path = "/api/v1/status"
    let report: @Sendable () async -> StatusReport

    func answer(_ request: HTTPIncoming) async -> HTTPAnswer {
        let report = await self.report()
        var json = JSONWriter(capacity: 16 << 10)
        report.write(into: &json)
        return .json(json)
    }
}

extension HTTPAnswer {
    /// An answer in JSON that is not to be cached.
    static func json(_ json: consuming JSONWriter, status: Int = 200) -> HTTPAnswer {
        let payload = Payload(capacity: 16)
        swap(&payload.bytes, &json.bytes)
        return HTTPAnswer(
            status: status,
            headers: [
                HTTPHeader("Content-Type", "application/json"),
                HTTPHeader("Cache-Control", "no-store"),
            ],
            body: payload,
        )
    }
}
