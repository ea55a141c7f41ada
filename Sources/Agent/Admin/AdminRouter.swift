package import Pipeline

/// One path of the agent's own port.
package protocol AdminEndpoint: Sendable {
    /// The methods taken, in capital letters; `HEAD` is taken wherever `GET` is.
    var methods: [String] { get }
    /// The path, without a query.
    var path: String { get }

    /// Answers one request of such a method at that path.
    func answer(_ request: HTTPIncoming) async -> HTTPAnswer
}

/// Finds the endpoint for a request.
package struct AdminRouter: HTTPService {
    private let endpoints: [String: any AdminEndpoint]

    /// Routes to `endpoints`; of two with the same path the first holds.
    package init(_ endpoints: [any AdminEndpoint]) {
        self.endpoints = Dictionary(endpoints.map { ($0.path, $0) }) { first, _ in first }
    }

    package func respond(to request: HTTPIncoming) async -> HTTPAnswer {
        guard let endpoint = self.endpoints[request.path] else {
            return .text(404, "not found: \(request.path)\nthe page at / links what there is\n")
        }
        let method = request.method == "HEAD" ? "GET" : request.method
        guard endpoint.methods.contains(method) else {
            let allowed = endpoint.methods.joined(separator: ", ")
            return HTTPAnswer(
                status: 405,
                headers: [
                    HTTPHeader("Allow", allowed),
                    HTTPHeader("Content-Type", "text/plain; charset=utf-8"),
                ],
                body: Payload("\(request.path) takes \(allowed), not \(request.method)\n"),
            )
        }
        return await endpoint.answer(request)
    }
}
