import Pipeline

/// `/-/healthy`: the process answers.
struct HealthyEndpoint: AdminEndpoint {
    let methods = ["GET"]
    let path = "/-/healthy"

    func answer(_ request: HTTPIncoming) async -> HTTPAnswer {
        .text(200, "Martlet is healthy.\n")
    }
}
