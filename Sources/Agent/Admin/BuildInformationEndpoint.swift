import Codecs
import Pipeline

/// `/api/v1/status/buildinfo`: what this build is; Grafana asks for it.
struct BuildInformationEndpoint: AdminEndpoint {
    let methods = ["GET"]
    let path = "/api/v1/status/buildinfo"

    func answer(_ request: HTTPIncoming) async -> HTTPAnswer {
        APIAnswer.success { json in
            json.object { json in
                json.member("version", AgentVersion.number)
                json.member("application", "Martlet")
                for name in ["revision", "branch", "buildUser", "buildDate", "goVersion"] {
                    json.member(name, "")
                }
            }
        }
    }
}
