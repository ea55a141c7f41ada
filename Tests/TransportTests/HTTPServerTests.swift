import Bytes
import Pipeline
import Synchronization
import Testing

@testable import Transport

/// The server over real sockets, spoken to byte by byte.
@Suite(.timeLimit(.minutes(2)))
struct HTTPServerTests {
    @Test func answersAndKeepsTheConnection() async throws {
        try await withServer { server, port in
            let client = ServerClient(port: port)
            for round in 0..<3 {
                await client.send("GET /echo?n=\(round) HTTP/1.1\r\nHost: x\r\n\r\n")
                let (head, body) = try #require(await client.answer())
                #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(head.contains("Content-Length: "))
                #expect(head.contains("Date: "))
                #expect(!head.lowercased().contains("connection:"))
                #expect(body == "GET /echo [n=\(round)] ")
            }
            #expect(server.counters.accepted == 1)
            #expect(server.counters.answers == [0, 3, 0, 0, 0])
        }
    }

    @Test func handsOverWhatWasSent() async throws {
        try await withServer { _, port in
            let client = ServerClient(port: port)
            await client.send(
                "POST /echo/%41%20b?x=1%262&y&z=a+b HTTP/1.1\r\nHost: x\r\n"
                    + "Content-Length: 4\r\n\r\nbody"
            )
            let (_, body) = try #require(await client.answer())
            #expect(body == "POST /echo/A b [x=1&2][y=][z=a b] body")
            await client.send(
                "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            )
            await client.send("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
            let (_, joined) = try #require(await client.answer())
            #expect(joined == "POST /echo  abcde")
        }
    }

    @Test func answersPipelinedRequestsInOrder() async throws {
        try await withServer { _, port in
            let client = ServerClient(port: port)
            let numbers = 0..<50
            await client.send(
                numbers.map { "GET /echo?n=\($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined()
            )
            for number in numbers {
                let (_, body) = try #require(await client.answer())
                #expect(body == "GET /echo [n=\(number)] ")
            }
        }
    }

    @Test func leavesTheBodyOutForHEAD() async throws {
        try await withServer { _, port in
            let client = ServerClient(port: port)
            await client.send(
                "HEAD /echo HTTP/1.1\r\nHost: x\r\n\r\nGET /echo HTTP/1.1\r\nHost: x\r\n\r\n"
            )
            let (head, _) = try #require(await client.answer(hasBody: false))
            #expect(head.contains("Content-Length: 12\r\n"))
            let (_, body) = try #require(await client.answer())
            #expect(body == "GET /echo  ")
        }
    }

    @Test(arguments: [
        "GET /echo HTTP/1.0\r\n\r\n",
        "GET /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    ])
    func closesWhenTheClientSaysSo(request: String) async throws {
        try await withServer { _, port in
            let client = ServerClient(port: port)
            await client.send(request)
            let answer = await client.readAll()
            #expect(answer.contains("Connection: close\r\n"))
            #expect(answer.hasSuffix("GET /echo  "))
        }
    }

    @Test func answersAClientThatHasClosedItsSide() async throws {
        try await withServer { _, port in
            let client = ServerClient(port: port)
            await client.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
            client.closeOutput()
            let answer = await client.readAll()
            #expect(answer.utf8.count > 3_000_000)
        }
    }

    @Test func asksForTheBodyWhenTheClientWaits() async throws {
        try await withServer { _, port in
            let client = ServerClient(port: port)
            await client.send(
                "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
                    + "Expect: 100-continue\r\n\r\n"
            )
            let (interim, _) = try #require(await client.answer())
            #expect(interim.hasPrefix("HTTP/1.1 100 Continue\r\n"))
            await client.send("ok")
            let (_, body) = try #require(await client.answer())
            #expect(body == "POST /echo  ok")
        }
    }

    @Test(arguments: [
        ("GET nonsense HTTP/1.1\r\nHost: x\r\n\r\n", "400"),
        ("GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", "400"),
        ("hello\r\n\r\n", "400"),
        ("\u{0}\u{1}\u{2}\r\n\r\n", "400"),
        (
            "GET / HTTP/1.1\r\nHost: x\r\nX: \(String(repeating: "x", count: 40_000))\r\n\r\n",
            "431",
        ),
        ("GET /\(String(repeating: "x", count: 40_000)) HTTP/1.1\r\nHost: x\r\n\r\n", "431"),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n", "413"),
        (
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx",
            "415",
        ),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n", "400"),
        (
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "1000\r\n\(String(repeating: "x", count: 4096))\r\n1\r\nx\r\n", "413",
        ),
    ])
    func refusesBadAndTooLargeRequests(request: String, status: String) async throws {
        var limits = HTTPServer.Limits()
        limits.bodyBytes = 4096
        try await withServer(limits) { server, port in
            let client = ServerClient(port: port)
            await client.send(request)
            let (head, _) = try #require(await client.answer())
            #expect(head.hasPrefix("HTTP/1.1 \(status) "))
            #expect(server.counters.answers[3] == 1)
        }
    }

    @Test func aLargeBodyDoesNotHideItsRefusal() async throws {
        var limits = HTTPServer.Limits()
        limits.bodyBytes = 4096
        try await withServer(limits) { _, port in
            let client = ServerClient(port: port)
            await client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n")
            await client.send(String(repeating: "x", count: 1_000_000))
            #expect(await client.readAll().hasPrefix("HTTP/1.1 413 "))
        }
    }

    @Test func servesManyConnections() async throws {
        var limits = HTTPServer.Limits()
        limits.requestsInFlight = 200
        try await withServer(limits) { server, port in
            var clients = (0..<200).map { _ in ServerClient(port: port) }
            for client in clients { await client.send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n") }
            for client in clients {
                let (_, body) = try #require(await client.answer())
                #expect(body == "GET /echo  ")
            }
            #expect(server.counters.connections == 200)
            clients = []
            try await eventually { server.counters.connections == 0 }
        }
    }

    @Test func refusesConnectionsAboveTheLimit() async throws {
        var limits = HTTPServer.Limits()
        limits.connections = 2
        try await withServer(limits) { server, port in
            var first: ServerClient? = ServerClient(port: port)
            let second = ServerClient(port: port)
            try await eventually { server.counters.connections == 2 }
            let third = ServerClient(port: port)
            await third.send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n")
            let answer = await third.readAll()
            #expect(answer.hasPrefix("HTTP/1.1 503 "))
            #expect(answer.hasSuffix("\r\n\r\ntoo many connections\n"))
            #expect(server.counters.refused == 1)
            #expect(first != nil)
            first = nil
            try await eventually { server.counters.connections == 1 }
            let fourth = ServerClient(port: port)
            await fourth.send("GET /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(await fourth.readAll().hasPrefix("HTTP/1.1 200 "))
            _ = second
        }
    }

    @Test func refusesRequestsAboveTheLimit() async throws {
        var limits = HTTPServer.Limits()
        limits.requestsInFlight = 1
        try await withServer(limits) { server, port in
            let slow = ServerClient(port: port)
            await slow.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
            try await eventually { server.counters.requestsInFlight == 1 }
            let quick = ServerClient(port: port)
            await quick.send("GET /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(await quick.readAll().hasPrefix("HTTP/1.1 503 "))
            #expect(server.counters.overloads == 1)
        }
    }

    @Test func survivesClientsThatLeave() async throws {
        try await withServer { server, port in
            for _ in 0..<20 {
                let client = ServerClient(port: port)
                await client.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
                let half = ServerClient(port: port)
                await half.send("POST /echo HTTP/1.1\r\nContent-Le")
            }
            try await eventually {
                server.counters.connections == 0 && server.counters.requestsInFlight == 0
            }
        }
    }
}
