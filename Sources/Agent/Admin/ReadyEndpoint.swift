import Pipeline

/// `/-/ready`: the pipelines run, and with which configuration.
///
/// 503 before the start is done and while draining. A refused configuration leaves it at 200, since
/// the old one works on, but the text says so; `martlet_config_last_reload_successful` is 0 then.
struct ReadyEndpoint: AdminEndpoint {
    let methods = ["GET"]
    let path = "/-/ready"
    let state: AgentState

    func answer(_ request: HTTPIncoming) async -> HTTPAnswer {
        let snapshot = self.state.snapshot
        switch snapshot.phase {
        case .starting: return .text(503, "Martlet is starting.\n")
        case .draining: return .text(503, "Martlet is draining.\n")
        case .running: break
        }
        guard let refused = snapshot.refusedConfiguration else {
            return .text(200, "Martlet is ready.\n")
        }
        return .text(
            200,
            "Martlet is ready with its previous configuration; the new one was refused:\n"
                + "\(refused)\n",
        )
    }
}
