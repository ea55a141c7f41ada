import AgentTesting
import Bytes
import Pipeline
import Synchronization
import Testing

@testable import Transport

/// Giving up in the middle of an answer that is taken piece by piece.
@Suite(.timeLimit(.minutes(2)))
struct CurlPieceEndTests {
    let exchange: CurlExchange
    /// Sends without end, until nobody listens.
    let server = RawServer { connection in
        _ = connection.request()
        connection.send("HTTP/1.1 200 OK\r\n\r\n")
        let block = [UInt8](repeating: 0x78, count: 10_000)
        for _ in 0..<100_000 { connection.send(block) }
    }

    init() throws {
        self.exchange = try CurlExchange(version: "test")
    }

    private func request(
        timeout: Duration = .seconds(20),
        _ take: @escaping @Sendable (HTTPResponse) async -> Bool,
    ) -> HTTPRequest {
        HTTPRequest(
            .get,
            self.server.url,
            pieces: HTTPPieces(size: 1000, take: take),
            timeout: timeout,
            responseLimit: 1 << 30,
        )
    }

    /// The transport serves others, and has nothing left of what was given up.
    private func isWell() async throws {
        let other = RawServer.serving { connection, _, _ in connection.answer("alive") }
        let answer = try await self.exchange.send(HTTPRequest(.get, other.url))
        #expect(answer.body.bytes.text == "alive")
        let exchange = self.exchange
        try await eventually { exchange.counts.running == 0 }
    }

    @Test func theTakerHasHadEnough() async throws {
        let count = Mutex(0)
        let failure = await #expect(throws: HTTPFailure.self) {
            _ = try await self.exchange.send(
                self.request { _ in
                    count.withLock { count in
                        count += 1
                        return count < 3
                    }
                }
            )
        }
        #expect(failure?.code == .cancelled)
        #expect(failure?.message.contains("had enough") == true)
        #expect(count.withLock { $0 } == 3)
        try await self.isWell()
    }

    @Test func theTaskIsCancelledWhileTheTransferIsPaused() async throws {
        let isTaking = Mutex(false)
        let request = self.request { _ in
            isTaking.withLock { $0 = true }
            while !Task.isCancelled { await Task.yield() }
            return true
        }
        let exchange = self.exchange
        let task = Task { try await exchange.send(request) }
        try await eventually { isTaking.withLock { $0 } }
        task.cancel()
        let failure = await #expect(throws: HTTPFailure.self) { _ = try await task.value }
        #expect(failure?.code == .cancelled)
        try await self.isWell()
    }

    @Test func theTimeIsOverWhileTheTransferIsPaused() async throws {
        let request = self.request(timeout: .milliseconds(150)) { response in
            let before = response.body.bytes.array
            try? await Task.sleep(for: .milliseconds(400))
            // The piece is the taker's, whatever has become of the transfer.
            #expect(response.body.bytes.array == before)
            return true
        }
        let failure = await #expect(throws: HTTPFailure.self) {
            _ = try await self.exchange.send(request)
        }
        #expect(failure?.code == .timeout)
        try await self.isWell()
    }

    @Test func theTransportIsShutDownWhileTheTransferIsPaused() async throws {
        let exchange = self.exchange
        let isTaking = Mutex(false)
        let request = self.request { _ in
            isTaking.withLock { $0 = true }
            try? await Task.sleep(for: .milliseconds(200))
            return true
        }
        let task = Task { try await exchange.send(request) }
        try await eventually { isTaking.withLock { $0 } }
        await exchange.shutdown()
        let failure = await #expect(throws: HTTPFailure.self) { _ = try await task.value }
        #expect(failure?.code == .cancelled)
    }

    @Test func manyAreGivenUpAtAnyMoment() async throws {
        let exchange = self.exchange
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                let request = self.request(timeout: .milliseconds(number)) { _ in
                    await Task.yield()
                    return true
                }
                group.addTask {
                    let task = Task { _ = try? await exchange.send(request) }
                    try? await Task.sleep(for: .microseconds(number * 397))
                    if number.isMultiple(of: 2) { task.cancel() }
                    await task.value
                }
            }
        }
        try await self.isWell()
    }

    @Test func onlyTheLastAnswerIsTaken() async throws {
        let server = RawServer.serving { connection, head, _ in
            let body = [UInt8](repeating: 0x6F, count: 5000)
            if head.hasPrefix("GET /old ") {
                connection.answer(status: "302 Found", headers: ["Location: /new"], body)
            } else {
                connection.answer([UInt8](repeating: 0x6E, count: 2500))
            }
        }
        let taken = Mutex<[UInt8]>([])
        var request = self.request { response in
            let bytes = response.body.bytes.array
            taken.withLock { $0 += bytes }
            return true
        }
        request.url = server.url + "/old"
        let last = try await self.exchange.send(request)
        #expect(taken.withLock { $0 } == [UInt8](repeating: 0x6E, count: 2000))
        #expect(last.body.bytes.count == 500)
    }

    @Test func aUnixSocketGivesPiecesToo() async throws {
        let folder = try TemporaryFolder()
        let server = RawServer.serving(path: folder.path("socket")) { connection, _, _ in
            connection.answer([UInt8](repeating: 0x6E, count: 2500))
        }
        let count = Mutex(0)
        var request = self.request { response in
            let size = response.body.bytes.count
            count.withLock { $0 += size }
            return true
        }
        request.url = "http://target/metrics"
        request.connection.unixSocket = folder.path("socket")
        let last = try await self.exchange.send(request)
        #expect(count.withLock { $0 } == 2000 && last.body.bytes.count == 500)
        #expect(server.heads.first?.hasPrefix("GET /metrics HTTP/1.1\r\nHost: target\r\n") == true)
    }
}
