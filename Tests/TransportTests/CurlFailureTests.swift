import Bytes
import Pipeline
import Testing

@testable import Transport

/// What a caller is told when there is no answer.
@Suite(.timeLimit(.minutes(2)))
struct CurlFailureTests {
    let exchange: CurlExchange

    init() throws {
        self.exchange = try CurlExchange(version: "test")
    }

    private func failure(_ request: HTTPRequest) async -> HTTPFailure? {
        await #expect(throws: HTTPFailure.self) { _ = try await self.exchange.send(request) }
    }

    @Test func namesThePlaceButNoSecret() async throws {
        let url = "http://me:hunter2@127.0.0.1:1/secret-path?token=hunter2"
        let failure = try #require(await self.failure(HTTPRequest(.get, url)))
        #expect(failure.code == .connect)
        #expect(failure.message.contains("127.0.0.1:1"))
        #expect(failure.message.contains("Connection refused"))
        #expect(!failure.message.contains("hunter2"))
        #expect(!failure.message.contains("secret-path"))
    }

    @Test func namesTheProxyThatCannotBeReached() async throws {
        var request = HTTPRequest(.get, "http://host.invalid/x")
        request.connection.proxy = HTTPProxy("http://me:hunter2@127.0.0.1:1")
        let failure = try #require(await self.failure(request))
        #expect(failure.code == .connect)
        #expect(failure.message.contains("through the proxy 127.0.0.1:1"))
        #expect(!failure.message.contains("hunter2"))
    }

    @Test func saysThatANameIsUnknown() async throws {
        let request = HTTPRequest(.get, "http://no-such-host.invalid:9/x")
        let failure = try #require(await self.failure(request))
        #expect(failure.code == .resolve)
        #expect(failure.message.contains("no-such-host.invalid:9"))
    }

    @Test func endsAnExchangeThatTakesTooLong() async throws {
        let server = RawServer { connection in
            _ = connection.request()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
            while connection.read() != nil {}
        }
        var request = HTTPRequest(.get, server.url)
        request.timeout = .milliseconds(200)
        let failure = try #require(await self.failure(request))
        #expect(failure.code == .timeout)
        #expect(failure.message.contains("127.0.0.1:\(server.port)"))
    }

    @Test(arguments: [
        ("", HTTPFailure.Code.cut),
        ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", .cut),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", .cut),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", .cut),
        ("SSH-2.0-OpenSSH_9.2p1 Debian\r\n", .other),
        ("garbage \u{1}\u{2}\u{3}\r\n\r\n", .other),
        ("HTTP/1.1 200 OK\r\nX: \(String(repeating: "x", count: 70_000))\r\n\r\n", .tooLarge),
    ])
    func tellsABrokenAnswerFromAGoodOne(answer: String, code: HTTPFailure.Code) async throws {
        let server = RawServer { connection in
            if connection.request() != nil { connection.send(answer) }
        }
        let failure = try #require(await self.failure(HTTPRequest(.get, server.url)))
        #expect(failure.code == code, "\(failure)")
    }

    @Test func endsABodyAboveTheLimit() async throws {
        let server = RawServer.serving { connection, _, _ in
            connection.answer(String(repeating: "x", count: 100_000))
        }
        var request = HTTPRequest(.get, server.url)
        request.responseLimit = 99_999
        let failure = try #require(await self.failure(request))
        #expect(failure.code == .tooLarge)
        #expect(failure.message.contains("99999 bytes"))
        request.responseLimit = 100_000
        let answer = try await self.exchange.send(request)
        #expect(answer.body.bytes.count == 100_000)
    }

    @Test(arguments: [
        "", "127.0.0.1:80", "ftp://127.0.0.1/", "file:///etc/passwd", "http://",
        "http://127.0.0.1:99999/", "http://a b/", "http://127.0.0.1/\r\nX: y", "http://[::1/",
    ])
    func refusesAURLThatIsNone(url: String) async throws {
        let failure = try #require(await self.failure(HTTPRequest(.get, url)))
        #expect(failure.code == .badRequest, "\(failure)")
        #expect(!failure.message.contains("passwd"))
    }

    @Test(arguments: [
        HTTPHeader("X-A", "b\r\nX-Injected: c"), HTTPHeader("X-A", "b\u{0}c"),
        HTTPHeader("X A", "b"), HTTPHeader("", "b"), HTTPHeader("X:", "b"),
    ])
    func refusesAFieldThatBreaksItsLine(field: HTTPHeader) async throws {
        let request = HTTPRequest(.get, "http://127.0.0.1:1/", headers: [field])
        #expect(await self.failure(request)?.code == .badRequest)
    }

    @Test func refusesToPutTheAnswerOverTheRequest() async throws {
        let payload = Payload("x")
        let request = HTTPRequest(.post, "http://127.0.0.1:1/", body: payload, reusing: payload)
        #expect(await self.failure(request)?.code == .badRequest)
    }
}
