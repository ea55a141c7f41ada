import AgentTesting
import Bytes
import Config
import Pipeline
import Testing

@testable import Transport

/// Servers that do what no server should.
@Suite(.timeLimit(.minutes(2)))
struct CurlHostileTests {
    let exchange: CurlExchange

    init() throws {
        self.exchange = try CurlExchange(version: "test")
    }

    private func outcome(
        _ text: String,
        timeout: Duration = .seconds(10),
    ) async -> Result<HTTPResponse, HTTPFailure> {
        let server = RawServer { connection in
            if connection.request() != nil { connection.send(text) }
        }
        let request = HTTPRequest(.get, server.url, timeout: timeout)
        do {
            return .success(try await self.exchange.send(request))
        } catch {
            return .failure(error)
        }
    }

    @Test(
        arguments: [
            ("HTTP/1.1 999 Strange\r\nContent-Length: 1\r\n\r\nx", 999),
            ("HTTP/1.1 200\r\n\r\nno reason", 200),
            ("HTTP/1.0 200 OK\r\n\r\nold", 200),
            ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", 204),
            (
                "HTTP/1.1 103 Hints\r\nX: y\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                200,
            ),
        ]
    )
    func takesStrangeStatuses(_ text: String, _ status: Int) async throws {
        #expect(try await self.outcome(text).get().status == status)
    }

    @Test(
        arguments: [
            "HTTP/9.9 200 OK\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n", "HTTP/1.1 -1 OK\r\n\r\n",
            "HTTP/1.1 20 OK\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n", "\r\n\r\n", "HTTP/1.1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nx",
            "HTTP/1.1 200 OK\r\nno colon here\r\nContent-Length: 9\r\n\r\nx",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\nx",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX",
            "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n",
        ]
    )
    func refusesWhatIsNoAnswer(_ text: String) async {
        if case .success(let response) = await self.outcome(text) {
            Issue.record("\(response.status): \(response.body.bytes.text)")
        }
    }

    @Test func boundsTheFieldsOfAllAnswersTogether() async throws {
        let flood = (0..<5000).map { "X-\($0): \(String(repeating: "y", count: 20))\r\n" }.joined()
        let interim = "HTTP/1.1 100 Continue\r\nX: \(String(repeating: "y", count: 4000))\r\n\r\n"
        for text in [
            "HTTP/1.1 200 OK\r\n\(flood)\r\n", String(repeating: interim, count: 40),
        ] {
            guard case .failure(let failure) = await self.outcome(text) else {
                Issue.record("taken")
                continue
            }
            #expect(failure.code == .tooLarge || failure.code == .other, "\(failure)")
        }
    }

    @Test func handsOutALargeErrorWhole() async throws {
        let body = String(repeating: "e", count: 1 << 20)
        let answer = try await self.outcome(
            "HTTP/1.1 503 Busy\r\nContent-Length: \(1 << 20)\r\n\r\n\(body)"
        ).get()
        #expect(answer.status == 503)
        #expect(answer.body.bytes.count == 1 << 20)
    }

    @Test func doesNotWaitForAHeadThatNeverEnds() async throws {
        let server = RawServer { connection in
            _ = connection.request()
            connection.send("HTTP/1.1 200 OK\r\n")
            for _ in 0..<100 {
                connection.send("X-Drip: y\r\n")
                RawSocket.pause(milliseconds: 20)
            }
        }
        let start = ContinuousClock.now
        let failure = await #expect(throws: HTTPFailure.self) {
            let request = HTTPRequest(.get, server.url, timeout: .milliseconds(200))
            _ = try await self.exchange.send(request)
        }
        #expect(failure?.code == .timeout)
        #expect(ContinuousClock.now - start < .seconds(1))
    }

    @Test func refusesAnEncodingThatWasNotAskedFor() async throws {
        for encoding in ["br", "gzip, gzip", "zstd", "hunter2-"] {
            let server = RawServer.serving { connection, _, _ in
                connection.answer(headers: ["Content-Encoding: \(encoding)"], "x")
            }
            let failure = await #expect(throws: HTTPFailure.self) {
                let request = HTTPRequest(.get, server.url, acceptsCompressed: true)
                _ = try await self.exchange.send(request)
            }
            #expect(failure?.message.contains("where gzip was asked for") == true)
            // Unasked, the body is the caller's as it is.
            let answer = try await self.exchange.send(HTTPRequest(.get, server.url))
            #expect(answer.body.bytes.text == "x")
        }
    }

    /// Field values from secrets and files; like Prometheus, without blanks around a file's.
    @Test func sendsSecretFields() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("value", "  from a file\n")
        let server = RawServer.serving { connection, _, _ in connection.answer("") }
        var request = HTTPRequest(.get, server.url, headers: [HTTPHeader("X-A", "plain")])
        request.connection.secretHeaders = [
            SecretHeader("X-A", .literal("secret")), SecretHeader("X-A", .file(path)),
        ]
        _ = try await self.exchange.send(request)
        #expect(
            server.heads.last?.contains(
                "\r\nX-A: plain\r\nX-A: secret\r\nX-A: from a file\r\n"
            ) == true
        )
        try folder.write("value", "again")
        _ = try await self.exchange.send(request)
        #expect(server.heads.last?.contains("\r\nX-A: again\r\n") == true)
        request.connection.secretHeaders = [SecretHeader("X-A", .file(folder.path("missing")))]
        let failure = await #expect(throws: HTTPFailure.self) {
            _ = try await self.exchange.send(request)
        }
        #expect(failure?.code == .badRequest)
        #expect(failure?.message.contains("missing") == true)
    }
}
