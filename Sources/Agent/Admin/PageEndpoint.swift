import Codecs
import Pipeline

/// `/`: the page.
struct PageEndpoint: AdminEndpoint {
    let methods = ["GET"]
    let path = "/"
    let report: @Sendable () async -> StatusReport

    func answer(_ request: HTTPIncoming) async -> HTTPAnswer {
        var status = JSONWriter(capacity: 16 << 10)
        await self.report().write(into: &status)
        let page = Payload(capacity: 32 << 10)
        StatusPage.write(status: status.bytes, into: &page.bytes)
        return HTTPAnswer(
            status: 200,
            headers: [
                HTTPHeader("Content-Type", "text/html; charset=utf-8"),
                // Nothing from elsewhere, and no frame around the page.
                HTTPHeader(
                    "Content-Security-Policy",
                    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
                        + "img-src data:; connect-src 'self'; frame-ancestors 'none'",
                ),
                HTTPHeader("X-Content-Type-Options", "nosniff"),
                HTTPHeader("Cache-Control", "no-store"),
            ],
            body: page,
        )
    }
}
