import Bytes
import Config
import Config
import Pipeline
import Testing

@testable import Transport

@Suite(.timeLimit(.minutes(2)))
struct CurlRedirectTests {
    let exchange: CurlExchange

    init() throws {
        self.exchange = try CurlExchange(version: "test")
    }

    @Test func followsToTheLastAnswer() async throws {
        let server = RawServer.serving { connection, head, _ in
            if head.hasPrefix("GET /old ") {
                connection.answer(
                    status: "302 Found",
                    headers: ["Location: /new", "X-Old: 1"],
                    "moved",
                )
            } else {
                connection.answer(headers: ["X-New: 1"], "here")
            }
        }
        let answer = try await self.exchange.send(HTTPRequest(.get, server.url + "/old"))
        #expect(answer.status == 200)
        #expect(answer.body.bytes.text == "here")
        #expect(answer.header("x-new") == "1")
        #expect(answer.header("x-old") == nil)
    }

    @Test(arguments: [(307, "POST", 4), (308, "POST", 4)])
    func keepsMethodAndBody(status: Int, method: String, length: Int) async throws {
        let server = RawServer.serving { connection, head, body in
            if head.hasPrefix("POST /old ") {
                connection.answer(status: "\(status) Moved", headers: ["Location: /new"], "moved")
            } else {
                connection.answer("\(head.prefix { $0 != " " }) \(body.count)")
            }
        }
        let request = HTTPRequest(.post, server.url + "/old", body: Payload("body"))
        let answer = try await self.exchange.send(request)
        #expect(answer.body.bytes.text == "\(method) \(length)")
    }

    @Test func handsARedirectOutWhenToldNotToFollow() async throws {
        let server = RawServer.serving { connection, _, _ in
            connection.answer(status: "301 Moved", headers: ["Location: /new"], "moved")
        }
        var request = HTTPRequest(.get, server.url)
        request.connection.followRedirects = false
        let answer = try await self.exchange.send(request)
        #expect(answer.status == 301)
        #expect(answer.header("location") == "/new")
        #expect(answer.body.bytes.text == "moved")
    }

    @Test func endsACircle() async throws {
        let server = RawServer.serving { connection, _, _ in
            connection.answer(status: "302 Found", headers: ["Location: /again"], "")
        }
        let failure = await #expect(throws: HTTPFailure.self) {
            _ = try await self.exchange.send(HTTPRequest(.get, server.url))
        }
        #expect(failure?.code == .other)
        #expect(failure?.message.contains("too many redirects") == true)
        #expect(server.heads.count == 11)
    }

    @Test func keepsCredentialsFromOtherServers() async throws {
        let other = RawServer.serving { connection, _, _ in connection.answer("other") }
        let otherURL = other.url.replacing("127.0.0.1", with: "localhost")
        let server = RawServer.serving { connection, _, _ in
            connection.answer(status: "302 Found", headers: ["Location: \(otherURL)/"], "")
        }
        var request = HTTPRequest(.get, server.url)
        for authorization: HTTPConnectionSettings.Authorization in [
            .token(type: "Bearer", credentials: .literal("hunter2")),
            .basic(username: .literal("me"), password: .literal("hunter2")),
        ] {
            request.connection.authorization = authorization
            _ = try await self.exchange.send(request)
        }
        #expect(server.heads.allSatisfy { $0.contains("\r\nAuthorization: ") })
        #expect(other.heads.count == 2)
        #expect(other.heads.allSatisfy { !$0.contains("Authorization") })
    }

    @Test func followsNowhereButToHTTP() async throws {
        let server = RawServer.serving { connection, _, _ in
            connection.answer(status: "302 Found", headers: ["Location: file:///etc/passwd"], "")
        }
        await #expect(throws: HTTPFailure.self) {
            _ = try await self.exchange.send(HTTPRequest(.get, server.url))
        }
    }
}
