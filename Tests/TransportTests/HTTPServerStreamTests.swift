import Bytes
import Pipeline
import Synchronization
import Testing

@testable import Transport

/// Answers whose bodies are made while they are sent.
@Suite(.timeLimit(.minutes(2)))
struct HTTPServerStreamTests {
    /// Hands out what the test says, and notes its end.
    private final class Script: HTTPBodyStream, HTTPService {
        let pieces = Mutex<[String]>([])
        let isOver = Mutex(false)
        let hasEnded = Mutex(false)

        func respond(to request: HTTPIncoming) async -> HTTPAnswer {
            HTTPAnswer(status: 200, headers: [HTTPHeader("Content-Type", "x/y")], stream: self)
        }

        func send(to take: @escaping @Sendable (Payload) async -> Bool) async {
            while true {
                let next = self.pieces.withLock { $0.isEmpty ? nil : $0.removeFirst() }
                if let next {
                    if !(await take(Payload(next))) { break }
                } else if self.isOver.withLock({ $0 }) {
                    break
                } else {
                    try? await Task.sleep(for: .milliseconds(5))
                }
            }
            self.hasEnded.withLock { $0 = true }
        }

        func cancel() { self.isOver.withLock { $0 = true } }

        func add(_ piece: String) { self.pieces.withLock { $0.append(piece) } }
    }

    private func withScript(
        _ limits: HTTPServer.Limits = HTTPServer.Limits(),
        _ body: (Script, HTTPServer, _ port: Int) async throws -> Void,
    ) async throws {
        let script = Script()
        let server = try await HTTPServer.bind(["127.0.0.1:0"], service: script, limits: limits)
        let port = try #require(server.port)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await server.run() }
            defer { server.stop() }
            try await body(script, server, port)
        }
    }

    @Test func sendsPiecesAsTheyComeAndEndsTheConnection() async throws {
        try await self.withScript { script, server, port in
            script.add("one")
            let client = ServerClient(port: port)
            await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            try await eventually { script.pieces.withLock { $0.isEmpty } }
            script.add("second")
            script.cancel()
            let all = await client.readAll()
            #expect(all.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(all.lowercased().contains("transfer-encoding: chunked\r\n"))
            #expect(!all.lowercased().contains("content-length"))
            #expect(all.hasSuffix("\r\n\r\n3\r\none\r\n6\r\nsecond\r\n0\r\n\r\n"))
            try await eventually { server.counters.requestsInFlight == 0 }
        }
    }

    @Test func aClientThatGoesEndsItThoughNothingIsSent() async throws {
        try await self.withScript { script, server, port in
            do {
                let client = ServerClient(port: port)
                await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                try await eventually { server.counters.answers[1] == 1 }
                client.connection.close()
            }
            try await eventually { script.hasEnded.withLock { $0 } }
            try await eventually { server.counters.requestsInFlight == 0 }
            try await eventually { server.counters.connections == 0 }
        }
    }

    @Test func aClientThatTakesNothingIsLetGo() async throws {
        var limits = HTTPServer.Limits()
        limits.answerTime = .milliseconds(300)
        try await self.withScript(limits) { script, server, port in
            let large = String(repeating: "x", count: 8 << 20)
            for _ in 0..<8 { script.add(large) }
            let client = ServerClient(port: port)
            await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            try await eventually { script.hasEnded.withLock { $0 } }
            #expect(server.counters.timeouts == 1)
            client.connection.close()
            try await eventually { server.counters.requestsInFlight == 0 }
        }
    }

    @Test func aServerThatStopsWaitsForItOnlySoLong() async throws {
        var limits = HTTPServer.Limits()
        limits.drain = .milliseconds(100)
        try await self.withScript(limits) { script, server, port in
            let client = ServerClient(port: port)
            await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            try await eventually { server.counters.answers[1] == 1 }
            server.stop()
            try await eventually { script.hasEnded.withLock { $0 } }
        }
    }
}
