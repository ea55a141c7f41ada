import Pipeline
import Testing

@testable import Transport

/// What the server does when time runs out: slow clients, idle clients, and its own end.
@Suite(.timeLimit(.minutes(2)))
struct HTTPServerTimeTests {
    @Test(arguments: [
        "GET /echo HTTP/1.1\r\nX-Slow: a",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nsome",
    ])
    func endsARequestThatNeverEnds(start: String) async throws {
        var limits = HTTPServer.Limits()
        limits.requestTime = .milliseconds(300)
        try await withServer(limits) { server, port in
            let client = ServerClient(port: port)
            await client.send(start)
            let drip = Task {
                while !Task.isCancelled {
                    await client.send("a")
                    try await Task.sleep(for: .milliseconds(50))
                }
            }
            #expect(await client.readAll().hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
            drip.cancel()
            #expect(server.counters.timeouts == 1)
            try await eventually { server.counters.connections == 0 }
        }
    }

    @Test func closesAnIdleConnectionWithoutAWord() async throws {
        var limits = HTTPServer.Limits()
        limits.idleTime = .milliseconds(100)
        try await withServer(limits) { server, port in
            let client = ServerClient(port: port)
            await client.send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(await client.answer() != nil)
            #expect(await client.readAll().isEmpty)
            #expect(server.counters.timeouts == 0)
        }
    }

    @Test func closesAConnectionThatAsksForNothing() async throws {
        var limits = HTTPServer.Limits()
        limits.requestTime = .milliseconds(100)
        try await withServer(limits) { _, port in
            #expect(await ServerClient(port: port).readAll().isEmpty)
        }
    }

    @Test func endsAConnectionWhoseClientTakesNoAnswer() async throws {
        var limits = HTTPServer.Limits()
        limits.answerTime = .milliseconds(300)
        try await withServer(limits) { server, port in
            let client = ServerClient(port: port)
            // More than the kernel's buffers hold.
            let request = "GET /large HTTP/1.1\r\nHost: x\r\n\r\n"
            await client.send(String(repeating: request, count: 10))
            try await eventually { server.counters.timeouts >= 1 }
            try await eventually { server.counters.connections == 0 }
            try await eventually { server.counters.requestsInFlight == 0 }
        }
    }

    @Test(arguments: [false, true])
    func finishesWhatIsUnderWayWhenItStops(byCancelling: Bool) async throws {
        let server = try await HTTPServer.bind(["127.0.0.1:0"], service: StubbornService())
        let port = try #require(server.port)
        let idle = ServerClient(port: port)
        let busy = ServerClient(port: port)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await server.run() }
            await busy.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            try await eventually { server.counters.requestsInFlight == 1 }
            if byCancelling { group.cancelAll() } else { server.stop() }
            server.stop()
            #expect(await idle.readAll().isEmpty)
            let answer = await busy.readAll()
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.lowercased().contains("connection: close\r\n"))
            try await group.waitForAll()
        }
        #expect(server.counters.connections == 0)
    }

    @Test func cutsWhatIsStillUnderWayAtTheEndOfTheDrain() async throws {
        var limits = HTTPServer.Limits()
        limits.drain = .milliseconds(200)
        let server = try await HTTPServer.bind(
            ["127.0.0.1:0"],
            service: SleepingService(),
            limits: limits,
        )
        let client = ServerClient(port: try #require(server.port))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await server.run() }
            await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            try await eventually { server.counters.requestsInFlight == 1 }
            server.stop()
            #expect(await client.readAll().isEmpty)
            try await group.waitForAll()
        }
        #expect(server.counters.requestsInFlight == 0)
    }

    @Test func canBeDisposedOfWithoutServing() async throws {
        let server = try await HTTPServer.bind(["127.0.0.1:0"], service: EchoService())
        server.stop()
        await server.run()
        _ = try await HTTPServer.bind(["127.0.0.1:0"], service: EchoService())
    }
}

/// Takes its time whatever its task says.
private struct StubbornService: HTTPService {
    func respond(to request: HTTPIncoming) async -> HTTPAnswer {
        await onThread { RawSocket.pause(milliseconds: 400) }
        return .text(200, "done")
    }
}

/// Answers only once its task is cancelled.
private struct SleepingService: HTTPService {
    func respond(to request: HTTPIncoming) async -> HTTPAnswer {
        try? await Task.sleep(for: .seconds(3600))
        return .text(200, "woken")
    }
}
