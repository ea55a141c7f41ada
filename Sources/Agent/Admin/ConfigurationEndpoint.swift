import Codecs
import Pipeline

/// `/api/v1/status/config`: the configuration in use as YAML, secrets hidden.
struct ConfigurationEndpoint: AdminEndpoint {
    let methods = ["GET"]
    let path = "/api/v1/status/config"
    let plan: @Sendable () async -> AgentPlan

    func answer(_ request: HTTPIncoming) async -> HTTPAnswer {
        let shown = await self.plan().shown
        return APIAnswer.success { json in
            json.object { $0.member("yaml", shown) }
        }
    }
}
