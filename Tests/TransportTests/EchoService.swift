import Bytes
import Pipeline
import Testing

@testable import Transport

/// Answers with what it was asked, with 3 MB for `/large`, and for `/wait` only after a while.
struct EchoService: HTTPService {
    func respond(to request: HTTPIncoming) async -> HTTPAnswer {
        if request.path == "/large" {
            return .text(200, String(repeating: "0123456789", count: 300_000))
        }
        if request.path == "/wait" {
            try? await Task.sleep(for: .milliseconds(400))
            return .text(200, "waited")
        }
        let query = request.query.map { "[\($0.name)=\($0.value)]" }.joined()
        return .text(200, "\(request.method) \(request.path) \(query) \(request.body.bytes.text)")
    }
}

extension HTTPServer {
    /// The first address's port.
    var port: Int? { self.addresses[0].split(separator: ":").last.flatMap { Int($0) } }
}

/// Runs `body` with a server on loopback, and stops that afterwards.
func withServer(
    _ limits: HTTPServer.Limits = HTTPServer.Limits(),
    _ body: (HTTPServer, _ port: Int) async throws -> Void,
) async throws {
    let server = try await HTTPServer.bind(["127.0.0.1:0"], service: EchoService(), limits: limits)
    let port = try #require(server.port)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await server.run() }
        defer { server.stop() }
        try await body(server, port)
    }
}

/// Waits until `condition` holds, for at most ten seconds.
func eventually(_ condition: () -> Bool) async throws {
    for _ in 0..<1000 {
        if condition() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("the condition did not come about within ten seconds")
}
