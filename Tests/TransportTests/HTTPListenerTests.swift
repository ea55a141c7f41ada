import AgentTesting
import Bytes
import Pipeline
import Testing

@testable import Transport

/// Addresses, as configured and as bound.
@Suite(.timeLimit(.minutes(2)))
struct HTTPListenerTests {
    @Test func reportsTheBoundPort() async throws {
        let server = try await HTTPServer.bind(
            ["127.0.0.1:0", "[::1]:0", "localhost:0", ":0"],
            service: EchoService(),
        )
        #expect(server.addresses.count == 4)
        #expect(server.addresses.allSatisfy { !$0.hasSuffix(":0") })
        #expect(server.addresses[1].hasPrefix("[::1]:"))
        #expect(server.addresses[3].hasPrefix(":"))
        server.stop()
        await server.run()
    }

    @Test func saysThatAPortIsTaken() async throws {
        let server = try await HTTPServer.bind(["127.0.0.1:0"], service: EchoService())
        let taken = server.addresses[0]
        let failure = await #expect(throws: HTTPServerFailure.self) {
            _ = try await HTTPServer.bind(["127.0.0.1:0", taken], service: EchoService())
        }
        #expect(failure?.code == .addressInUse)
        #expect(failure?.description.contains(taken) == true)
        #expect(failure?.description.contains("another program") == true)
        server.stop()
        await server.run()
    }

    @Test(arguments: [
        "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000", "::1:80", "[::1:80", "unix:relative",
        "unix:/\(String(repeating: "x", count: 200))", "", "192.0.2.1:0",
        "no-such-host.invalid:80",
    ])
    func refusesAnAddressThatIsNone(address: String) async throws {
        let failure = await #expect(throws: HTTPServerFailure.self) {
            _ = try await HTTPServer.bind([address], service: EchoService())
        }
        #expect(failure?.code == .badAddress, "\(String(describing: failure))")
        #expect(failure?.address == address)
    }

    @Test func listensOnASocketFile() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("server")
        let exchange = try CurlExchange(version: "test")
        // The second round finds the file of a server that is gone, were it left.
        for _ in 0..<2 {
            let server = try await HTTPServer.bind(["unix:\(path)"], service: EchoService())
            #expect(server.addresses == ["unix:\(path)"])
            let failure = await #expect(throws: HTTPServerFailure.self) {
                _ = try await HTTPServer.bind(["unix:\(path)"], service: EchoService())
            }
            #expect(failure?.code == .addressInUse)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await server.run() }
                var request = HTTPRequest(.get, "http://x/echo")
                request.connection.unixSocket = path
                let answer = try await exchange.send(request)
                #expect(answer.body.bytes.text == "GET /echo  ")
                server.stop()
            }
        }
        await exchange.shutdown()
    }

    @Test func replacesTheFileOfADeadServer() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("server")
        RawSocket.abandon(path: path)
        let server = try await HTTPServer.bind(["unix:\(path)"], service: EchoService())
        server.stop()
        await server.run()
    }
}
