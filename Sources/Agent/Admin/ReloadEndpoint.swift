import Pipeline

/// `/-/reload`: reads the configuration anew, as SIGHUP does.
struct ReloadEndpoint: AdminEndpoint {
    let methods = ["POST", "PUT"]
    let path = "/-/reload"
    let reload: @Sendable () async -> String?

    func answer(_ request: HTTPIncoming) async -> HTTPAnswer {
        guard let refusal = await self.reload() else {
            return .text(200, "reloaded\n")
        }
        return .text(400, "refused, the previous configuration goes on:\n\(refusal)\n")
    }
}
