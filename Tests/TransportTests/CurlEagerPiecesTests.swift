import Bytes
import Pipeline
import Synchronization
import Testing

@testable import Transport

/// Answers that go on for minutes, handed over as they come.
@Suite(.timeLimit(.minutes(2)))
struct CurlEagerPiecesTests {
    let exchange: CurlExchange

    init() throws {
        self.exchange = try CurlExchange(version: "test")
    }

    /// What the taker was given, one text a piece.
    private final class Pieces: Sendable {
        private let state = Mutex<[String]>([])

        var all: [String] { self.state.withLock { $0 } }
        var text: String { self.all.joined() }

        func note(_ response: HTTPResponse) {
            let text = response.body.bytes.text
            self.state.withLock { $0.append(text) }
        }
    }

    private func request(
        _ url: String,
        _ pieces: Pieces,
        size: Int = 1000,
        compressed: Bool = false,
        then more: @escaping @Sendable () async -> Bool = { true },
    ) -> HTTPRequest {
        HTTPRequest(
            .get,
            url,
            pieces: HTTPPieces(size: size, isEager: true) { response in
                pieces.note(response)
                return await more()
            },
            timeout: .seconds(20),
            responseLimit: .max,
            acceptsCompressed: compressed,
        )
    }

    private static let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    @Test func handsOverTheHeadAndEachPartAsItComes() async throws {
        let pieces = Pieces()
        let server = RawServer { connection in
            _ = connection.request()
            connection.send(Self.head)
            // Each part is sent only when the one before has been taken.
            for (number, text) in ["one", "two", "three"].enumerated() {
                Self.wait { pieces.all.count > number }
                connection.send("\(text.utf8.count)\r\n\(text)\r\n")
            }
            Self.wait { pieces.all.count > 3 }
            connection.send("3\r\nend\r\n0\r\n\r\n")
        }
        let last = try await self.exchange.send(self.request(server.url, pieces))
        #expect(pieces.all.prefix(4) == ["", "one", "two", "three"])
        #expect(pieces.all.dropFirst(4).joined() + last.body.bytes.text == "end")
        #expect(last.status == 200)
    }

    @Test func joinsWhatComesWhileTheTakerWorks() async throws {
        let pieces = Pieces()
        let isSent = Mutex(false)
        let server = RawServer { connection in
            _ = connection.request()
            connection.send(Self.head)
            for _ in 0..<100 {
                connection.send("5\r\nhello\r\n")
                RawSocket.pause(milliseconds: 1)
            }
            isSent.withLock { $0 = true }
            Self.wait { pieces.text.utf8.count == 500 }
            connection.send("0\r\n\r\n")
        }
        let request = self.request(server.url, pieces) {
            while !isSent.withLock({ $0 }) { try? await Task.sleep(for: .milliseconds(1)) }
            return true
        }
        let last = try await self.exchange.send(request)
        #expect(pieces.text + last.body.bytes.text == String(repeating: "hello", count: 100))
        #expect(pieces.all.count <= 4)
    }

    @Test func waitsForASlowTakerWithNoMoreThanAPiece() async throws {
        let text = String(repeating: "0123456789", count: 500)
        let pieces = Pieces()
        let server = RawServer.serving { connection, _, _ in connection.answer(text) }
        let request = self.request(server.url, pieces, size: 300) {
            try? await Task.sleep(for: .milliseconds(2))
            return true
        }
        let last = try await self.exchange.send(request)
        #expect(pieces.text + last.body.bytes.text == text)
        #expect(pieces.all.allSatisfy { $0.utf8.count <= 300 })
        #expect(last.body.bytes.count <= 300)
    }

    @Test func inflatesWhatHasCome() async throws {
        let text = "an event of a watch\n"
        let body = GzipSample.stored(text) + GzipSample.stored(text)
        let pieces = Pieces()
        let server = RawServer { connection in
            _ = connection.request()
            connection.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n")
            connection.send("Content-Length: \(body.count)\r\n\r\n")
            connection.send(Array(body[..<(body.count / 2)]))
            Self.wait { pieces.text.hasPrefix(text) }
            connection.send(Array(body[(body.count / 2)...]))
        }
        let request = self.request(server.url, pieces, compressed: true)
        let last = try await self.exchange.send(request)
        #expect(pieces.text + last.body.bytes.text == text + text)
    }

    @Test func returnsAnErrorsBodyWhole() async throws {
        let body = String(repeating: "too old ", count: 100)
        let pieces = Pieces()
        let server = RawServer.serving { connection, _, _ in
            connection.answer(status: "410 Gone", body)
        }
        let last = try await self.exchange.send(self.request(server.url, pieces, size: 800))
        #expect(last.status == 410 && last.body.bytes.text == body)
        let failure = await #expect(throws: HTTPFailure.self) {
            _ = try await self.exchange.send(self.request(server.url, pieces, size: 799))
        }
        #expect(failure?.code == .tooLarge)
        #expect(pieces.all.isEmpty)
    }

    @Test func takesNothingOfARedirect() async throws {
        let pieces = Pieces()
        let server = RawServer.serving { connection, head, _ in
            if head.hasPrefix("GET /new ") {
                connection.answer("new")
            } else {
                connection.answer(status: "302 Found", headers: ["Location: /new"], "old")
            }
        }
        let last = try await self.exchange.send(self.request(server.url, pieces))
        #expect(pieces.text + last.body.bytes.text == "new")
    }

    @Test func endsAtOnceWhenTheTaskIsCancelled() async throws {
        let pieces = Pieces()
        let server = RawServer { connection in
            _ = connection.request()
            connection.send(Self.head)
            connection.send("3\r\none\r\n")
            // Silence, as of a watch of objects that don't change.
            _ = connection.read()
        }
        let exchange = self.exchange
        let request = self.request(server.url, pieces)
        let task = Task { try await exchange.send(request) }
        try await eventually { pieces.text == "one" }
        let begun = ContinuousClock.now
        task.cancel()
        let failure = await #expect(throws: HTTPFailure.self) { _ = try await task.value }
        #expect(failure?.code == .cancelled)
        #expect(ContinuousClock.now - begun < .seconds(5))
        try await eventually { exchange.counts.running == 0 }
    }

    @Test func reportsACutAfterWhatWasTaken() async throws {
        let pieces = Pieces()
        let server = RawServer { connection in
            _ = connection.request()
            connection.send(Self.head)
            connection.send("3\r\none\r\n")
            Self.wait { pieces.text == "one" }
        }
        let failure = await #expect(throws: HTTPFailure.self) {
            _ = try await self.exchange.send(self.request(server.url, pieces))
        }
        #expect(failure?.code == .cut)
        #expect(pieces.text == "one")
    }

    /// Waits on the server's thread; gives up after ten seconds, and the test fails by what it sees.
    private static func wait(until condition: () -> Bool) {
        for _ in 0..<10_000 where !condition() { RawSocket.pause(milliseconds: 1) }
    }
}
