import AgentTesting
import Bytes
import Pipeline
import Testing

@testable import Transport

/// The whole exchange against a server whose bytes each test decides.
@Suite(.timeLimit(.minutes(2)))
struct CurlExchangeTests {
    let exchange: CurlExchange

    init() throws {
        self.exchange = try CurlExchange(version: "1.2.3")
    }

    @Test func givesStatusFieldsAndBody() async throws {
        let server = RawServer.serving { connection, _, _ in
            connection.answer(
                status: "404 Not Found",
                headers: ["X-One: a: b", "x-one:  second "],
                "gone",
            )
        }
        let answer = try await self.exchange.send(HTTPRequest(.get, server.url + "/a?b=c"))
        #expect(answer.status == 404)
        #expect(answer.body.bytes.text == "gone")
        #expect(answer.header("X-ONE") == "a: b")
        #expect(answer.headers.filter { $0.name.lowercased() == "x-one" }.count == 2)
        #expect(answer.headers.last?.value == "second")
        #expect(server.heads.first?.hasPrefix("GET /a?b=c HTTP/1.1\r\n") == true)
        #expect(server.heads.first?.contains("User-Agent: Martlet/1.2.3\r\n") == true)
    }

    @Test(arguments: [HTTPRequest.Method.post, .put, .delete, .get])
    func sendsMethodBodyAndFieldsAndNothingElse(method: HTTPRequest.Method) async throws {
        let server = RawServer.serving { connection, head, body in
            connection.answer("\(body.count)")
        }
        let request = HTTPRequest(
            method,
            server.url,
            headers: [
                HTTPHeader("Content-Type", "application/x-ndjson"), HTTPHeader("X-Empty", ""),
                HTTPHeader("User-Agent", "mine"),
            ],
            body: Payload(String(repeating: "x", count: 3_000_000)),
        )
        let answer = try await self.exchange.send(request)
        #expect(answer.body.bytes.text == "3000000")
        let head = try #require(server.heads.first)
        #expect(head.hasPrefix("\(method.rawValue) / HTTP/1.1\r\n"))
        #expect(head.contains("\r\nContent-Type: application/x-ndjson\r\n"))
        #expect(head.contains("\r\nX-Empty:\r\n"))
        #expect(head.contains("\r\nUser-Agent: mine\r\n"))
        #expect(!head.contains("Martlet"))
        #expect(!head.lowercased().contains("expect"))
    }

    @Test func postWithoutBodyHasNoContentType() async throws {
        let server = RawServer.serving { connection, _, _ in connection.answer("") }
        _ = try await self.exchange.send(HTTPRequest(.post, server.url))
        let head = try #require(server.heads.first)
        #expect(head.contains("Content-Length: 0\r\n"))
        #expect(!head.contains("Content-Type"))
    }

    @Test func usesAConnectionAgainWhateverTheMethod() async throws {
        let server = RawServer.serving { connection, _, _ in connection.answer("ok") }
        let answer = Payload()
        for round in 0..<20 {
            let body = round.isMultiple(of: 2) ? Payload("body") : nil
            let request = HTTPRequest(
                body == nil ? .get : .post,
                server.url,
                body: body,
                reusing: answer,
            )
            let response = try await self.exchange.send(request)
            #expect(response.body === answer)
            #expect(answer.bytes.text == "ok")
        }
        #expect(server.connections == 1)
        #expect(server.heads.count == 20)
        #expect(server.heads[18].hasPrefix("GET ") != server.heads[19].hasPrefix("GET "))
    }

    @Test func reconnectsWhenTheServerHasClosedAnIdleConnection() async throws {
        let server = RawServer { connection in
            if connection.request() != nil { connection.answer("once") }
        }
        for _ in 0..<5 {
            let body = Payload(String(repeating: "x", count: 300_000))
            let answer = try await self.exchange.send(HTTPRequest(.post, server.url, body: body))
            #expect(answer.body.bytes.text == "once")
        }
        #expect(server.connections == 5)
    }

    @Test func answersAHundredRequestsAtATime() async throws {
        let server = RawServer.serving { connection, head, body in
            connection.answer(String(decoding: body, as: UTF8.self))
        }
        let exchange = self.exchange
        let url = server.url
        try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for number in 0..<100 {
                group.addTask {
                    let text = String(repeating: "\(number),", count: 20_000)
                    let body = Payload(text)
                    let answer = try await exchange.send(HTTPRequest(.post, url, body: body))
                    return (number, answer.body.bytes.text == text ? "same" : "different")
                }
            }
            for try await (number, outcome) in group {
                #expect(outcome == "same", "request \(number)")
            }
        }
        #expect(server.heads.count == 100)
        #expect(server.connections <= 100)
    }

    @Test func reachesMoreServersThanItKeepsConnections() async throws {
        var limits = CurlExchange.Limits()
        limits.idleConnections = 2
        let exchange = try CurlExchange(version: "test", limits: limits)
        let servers = (0..<6).map { number in
            RawServer.serving { connection, _, _ in connection.answer("\(number)") }
        }
        for _ in 0..<2 {
            for (number, server) in servers.enumerated() {
                let answer = try await exchange.send(HTTPRequest(.get, server.url))
                #expect(answer.body.bytes.text == "\(number)")
            }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, server) in servers.enumerated() {
                let url = server.url
                for _ in 0..<5 {
                    group.addTask {
                        let request = HTTPRequest(.get, url, timeout: .seconds(5))
                        let answer = try await exchange.send(request)
                        #expect(answer.body.bytes.text == "\(number)")
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func reachesAUnixSocket() async throws {
        let folder = try TemporaryFolder()
        let server = RawServer.serving(path: folder.path("socket")) { connection, _, _ in
            connection.answer("through a file")
        }
        var request = HTTPRequest(.get, "http://kubelet/pods")
        request.connection.unixSocket = folder.path("socket")
        let answer = try await self.exchange.send(request)
        #expect(answer.body.bytes.text == "through a file")
        #expect(server.heads.first?.contains("Host: kubelet\r\n") == true)
    }

    @Test func goesThroughAProxyOnlyWhenToldTo() async throws {
        let server = RawServer.serving { connection, _, _ in connection.answer("proxied") }
        var request = HTTPRequest(.get, "http://nowhere.invalid/x")
        request.connection.proxy = HTTPProxy(server.url)
        let answer = try await self.exchange.send(request)
        #expect(answer.body.bytes.text == "proxied")
        #expect(server.heads.first?.hasPrefix("GET http://nowhere.invalid/x HTTP/1.1") == true)
    }
}
