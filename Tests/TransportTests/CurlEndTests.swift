import Bytes
import Pipeline
import Testing

@testable import Transport

/// Giving up: by the caller, and by shutting the transport down.
@Suite(.timeLimit(.minutes(2)))
struct CurlEndTests {
    /// A server that takes requests and says nothing.
    private func silent() -> RawServer {
        RawServer { connection in
            while connection.request() != nil {}
        }
    }

    @Test func aCancelledTaskEndsItsTransfer() async throws {
        let exchange = try CurlExchange(version: "test")
        let server = self.silent()
        let url = server.url
        let task = Task { try await exchange.send(HTTPRequest(.get, url)) }
        try await eventually { server.heads.count == 1 }
        task.cancel()
        let failure = await #expect(throws: HTTPFailure.self) { _ = try await task.value }
        #expect(failure?.code == .cancelled)
        // The thread serves others afterwards.
        let other = RawServer.serving { connection, _, _ in connection.answer("alive") }
        let answer = try await exchange.send(HTTPRequest(.get, other.url))
        #expect(answer.body.bytes.text == "alive")
    }

    @Test func aTaskThatIsCancelledAlreadySendsNothing() async throws {
        let exchange = try CurlExchange(version: "test")
        let server = self.silent()
        let url = server.url
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            _ = try await exchange.send(HTTPRequest(.get, url))
        }
        task.cancel()
        let failure = await #expect(throws: HTTPFailure.self) { try await task.value }
        #expect(failure?.code == .cancelled)
        #expect(server.heads.isEmpty)
    }

    @Test func onesThatAreCancelledAlreadyAreNotCounted() async throws {
        var limits = CurlExchange.Limits()
        limits.transfers = 1
        limits.waitingTransfers = 0
        let exchange = try CurlExchange(version: "test", limits: limits)
        let server = RawServer.serving { connection, _, _ in connection.answer("ok") }
        let url = server.url
        for _ in 0..<100 {
            let task = Task {
                while !Task.isCancelled { await Task.yield() }
                _ = try await exchange.send(HTTPRequest(.get, url))
            }
            task.cancel()
            _ = await task.result
        }
        for _ in 0..<5 { _ = try await exchange.send(HTTPRequest(.get, url)) }
        #expect(exchange.counts.waited == 0 && exchange.counts.refused == 0)
        try await eventually { exchange.counts.running == 0 && exchange.counts.waiting == 0 }
        let silent = self.silent()
        let task = Task { [url = silent.url] in
            _ = try await exchange.send(HTTPRequest(.get, url))
        }
        try await eventually { silent.heads.count == 1 }
        await #expect(throws: HTTPFailure.self) {
            _ = try await exchange.send(HTTPRequest(.get, url))
        }
        #expect(exchange.counts.refused == 1)
        task.cancel()
        _ = await task.result
    }

    @Test func manyCancellationsLeaveNothingBehind() async throws {
        var limits = CurlExchange.Limits()
        limits.transfers = 50
        let exchange = try CurlExchange(version: "test", limits: limits)
        let server = self.silent()
        let url = server.url
        for _ in 0..<10 {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<50 {
                    group.addTask { _ = try? await exchange.send(HTTPRequest(.get, url)) }
                }
                await Task.yield()
                group.cancelAll()
            }
        }
        // Were any of them still counted, this would be refused.
        try await withThrowingTaskGroup(of: Void.self) { group in
            let other = RawServer.serving { connection, _, _ in connection.answer("ok") }
            let url = other.url
            for _ in 0..<50 {
                group.addTask { _ = try await exchange.send(HTTPRequest(.get, url)) }
            }
            try await group.waitForAll()
        }
    }

    @Test func aRequestAboveTheLimitWaitsItsTurn() async throws {
        var limits = CurlExchange.Limits()
        limits.transfers = 2
        let exchange = try CurlExchange(version: "test", limits: limits)
        let server = RawServer.serving { connection, head, _ in
            RawSocket.pause(milliseconds: 20)
            connection.answer(head)
        }
        let url = server.url
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    let answer = try await exchange.send(HTTPRequest(.get, "\(url)/\(number)"))
                    #expect(answer.body.bytes.text.hasPrefix("GET /\(number) "))
                }
            }
            try await group.waitForAll()
        }
        #expect(server.connections == 2)
        #expect(exchange.counts.waited == 18)
    }

    /// A connection is kept for each of a thousand targets, whatever else hangs.
    @Test func keepsAConnectionForEachOfManyTargets() async throws {
        let exchange = try CurlExchange(version: "test")
        let server = RawServer.serving(everywhere: true) { connection, _, _ in
            connection.answer("ok")
        }
        let silent = self.silent()
        let hanging = (0..<50).map { _ in
            Task { [url = silent.url] in _ = try await exchange.send(HTTPRequest(.get, url)) }
        }
        try await eventually { silent.heads.count == 50 }
        for round in 0..<3 {
            for number in 0..<300 {
                let host = "127.0.\(number / 200).\(number % 200 + 1)"
                let url = server.url.replacing("127.0.0.1", with: host)
                _ = try await exchange.send(HTTPRequest(.get, url))
            }
            #expect(server.connections == 300, "round \(round)")
        }
        for task in hanging { task.cancel() }
        for task in hanging { _ = await task.result }
    }

    @Test func waitingCountsAgainstTheTime() async throws {
        var limits = CurlExchange.Limits()
        limits.transfers = 1
        let exchange = try CurlExchange(version: "test", limits: limits)
        let server = self.silent()
        let url = server.url
        let task = Task { _ = try await exchange.send(HTTPRequest(.get, url)) }
        try await eventually { server.heads.count == 1 }
        let start = ContinuousClock.now
        let failure = await #expect(throws: HTTPFailure.self) {
            let request = HTTPRequest(.get, url, timeout: .milliseconds(150))
            _ = try await exchange.send(request)
        }
        #expect(failure?.code == .timeout)
        #expect(failure?.message.contains("no turn") == true)
        #expect(ContinuousClock.now - start < .seconds(5))
        #expect(exchange.counts.expired == 1)
        // One that is given up in line leaves it, and the next gets its turn.
        let given = Task { _ = try await exchange.send(HTTPRequest(.get, url)) }
        try await eventually { exchange.counts.waiting == 1 }
        given.cancel()
        _ = await given.result
        try await eventually { exchange.counts.waiting == 0 }
        task.cancel()
        _ = await task.result
        let other = RawServer.serving { connection, _, _ in connection.answer("next") }
        let answer = try await exchange.send(HTTPRequest(.get, other.url))
        #expect(answer.body.bytes.text == "next")
    }

    @Test func refusesWhatIsAboveTheLimitOfTheLine() async throws {
        var limits = CurlExchange.Limits()
        limits.transfers = 1
        limits.waitingTransfers = 1
        let exchange = try CurlExchange(version: "test", limits: limits)
        let server = self.silent()
        let url = server.url
        let tasks = (0..<2).map { _ in
            Task { _ = try await exchange.send(HTTPRequest(.get, url)) }
        }
        try await eventually { server.heads.count == 1 && exchange.counts.waiting == 1 }
        let failure = await #expect(throws: HTTPFailure.self) {
            _ = try await exchange.send(HTTPRequest(.get, url))
        }
        #expect(failure?.code == .other)
        #expect(failure?.message.contains("limit") == true)
        #expect(exchange.counts.refused == 1)
        await exchange.shutdown()
        for task in tasks {
            let failure = await #expect(throws: HTTPFailure.self) { try await task.value }
            #expect(failure?.code == .cancelled)
        }
    }

    @Test func shuttingDownEndsEverything() async throws {
        let exchange = try CurlExchange(version: "test")
        let server = self.silent()
        let url = server.url
        let tasks = (0..<20).map { _ in
            Task { _ = try await exchange.send(HTTPRequest(.get, url)) }
        }
        try await eventually { server.heads.count == 20 }
        await exchange.shutdown()
        for task in tasks {
            let failure = await #expect(throws: HTTPFailure.self) { try await task.value }
            #expect(failure?.code == .cancelled)
        }
        let late = await #expect(throws: HTTPFailure.self) {
            _ = try await exchange.send(HTTPRequest(.get, url))
        }
        #expect(late?.code == .cancelled)
        await exchange.shutdown()
    }

    @Test func aDroppedExchangeEndsItsThread() async throws {
        let before = Self.threads()
        for _ in 0..<20 {
            let exchange = try CurlExchange(version: "test")
            await exchange.shutdown()
            _ = try CurlExchange(version: "test")
        }
        try await eventually { Self.threads() < before + 20 }
    }

    private static func threads() -> Int { RawSocket.names(in: "/proc/self/task").count }
}
