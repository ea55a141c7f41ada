import AgentTesting
import Bytes
import Config
import Pipeline
import Testing

@testable import Transport

/// Proxies: which requests go there, and what the proxy is told.
@Suite(.timeLimit(.minutes(2)))
struct CurlProxyTests {
    let exchange: CurlExchange

    init() throws {
        self.exchange = try CurlExchange(version: "test")
    }

    @Test func tellsTheProxyWhoItIsAndNobodyElse() async throws {
        let proxy = RawServer.serving { connection, _, _ in connection.answer("proxied") }
        var request = HTTPRequest(.get, "http://nowhere.invalid/x")
        let url = proxy.url.replacing("http://", with: "http://me:p%40ss@")
        request.connection.proxy = HTTPProxy(url)
        request.connection.proxy?.connectHeaders = [SecretHeader("X-Tunnel", .literal("t"))]
        request.connection.authorization = .basic(
            username: .literal("a"),
            password: .literal("b"),
        )
        #expect(try await self.exchange.send(request).body.bytes.text == "proxied")
        let head = try #require(proxy.heads.first)
        // me:p@ss
        #expect(head.contains("\r\nProxy-Authorization: Basic bWU6cEBzcw==\r\n"))
        #expect(head.contains("\r\nAuthorization: Basic YTpi\r\n"))
        #expect(!head.contains("X-Tunnel"), "only a tunnel has fields of its own")
    }

    @Test func reachesExceptionsDirectly() async throws {
        let server = RawServer.serving { connection, _, _ in connection.answer("direct") }
        var request = HTTPRequest(.get, server.url)
        request.connection.proxy = HTTPProxy("http://127.0.0.1:1")
        await #expect(throws: HTTPFailure.self) { _ = try await self.exchange.send(request) }
        request.connection.proxy?.exceptions = ProxyExceptions("")
        #expect(try await self.exchange.send(request).body.bytes.text == "direct")
        request.url = "http://host.invalid:\(server.port)/"
        let failure = await #expect(throws: HTTPFailure.self) {
            _ = try await self.exchange.send(request)
        }
        #expect(failure?.code == .connect)
        request.connection.proxy?.exceptions = ProxyExceptions("invalid")
        let direct = await #expect(throws: HTTPFailure.self) {
            _ = try await self.exchange.send(request)
        }
        #expect(direct?.code == .resolve)
    }

    @Test(.enabled("the openssl command is not installed") { TLSServer.program != nil })
    func tunnelsToATLSServer() async throws {
        let folder = try TemporaryFolder()
        let (certificate, key) = (folder.path("cert.pem"), folder.path("key.pem"))
        try TLSServer.makeCertificate(name: "IP:127.0.0.1", certificate: certificate, key: key)
        let server = try TLSServer(certificate: certificate, key: key)
        let proxy = ProxyServer(authorization: "Basic bWU6c2VjcmV0")
        var request = HTTPRequest(.get, "https://127.0.0.1:\(server.port)/")
        // The second request must not find the first one's tunnel while the server closes it.
        request.headers = [HTTPHeader("Connection", "close")]
        request.connection.tls.ca = .file(certificate)
        request.connection.authorization = .token(type: "Bearer", credentials: .literal("end"))
        request.connection.proxy = HTTPProxy(proxy.url.replacing("//", with: "//me:secret@"))
        request.connection.proxy?.connectHeaders = [
            SecretHeader("X-Tunnel", .literal("one")), SecretHeader("X-Tunnel", .literal("two")),
        ]
        let answer = try await self.exchange.send(request)
        #expect(answer.status == 200)
        #expect(answer.header("x-proxy") == nil)
        let head = try #require(proxy.heads.first)
        #expect(head.hasPrefix("CONNECT 127.0.0.1:\(server.port) HTTP/1.1\r\n"))
        #expect(head.contains("\r\nX-Tunnel: one\r\nX-Tunnel: two\r\n"))
        #expect(!head.contains("\r\nAuthorization"), "the server's, not the proxy's")

        request.connection.proxy = HTTPProxy(proxy.url.replacing("//", with: "//me:hunter2@"))
        let failure = await #expect(throws: HTTPFailure.self) {
            _ = try await self.exchange.send(request)
        }
        #expect(failure?.code == .connect)
        #expect(failure?.message.contains("status 407") == true)
        #expect(failure?.message.contains("hunter2") == false)
    }

    /// A proxy that speaks TLS is verified as servers are.
    @Test(.enabled("the openssl command is not installed") { TLSServer.program != nil })
    func verifiesAProxyThatSpeaksTLS() async throws {
        let folder = try TemporaryFolder()
        let (certificate, key) = (folder.path("cert.pem"), folder.path("key.pem"))
        try TLSServer.makeCertificate(name: "IP:127.0.0.1", certificate: certificate, key: key)
        let proxy = try TLSServer(certificate: certificate, key: key)
        var request = HTTPRequest(.get, "http://nowhere.invalid/x")
        request.connection.proxy = HTTPProxy("https://127.0.0.1:\(proxy.port)")
        let unknown = await #expect(throws: HTTPFailure.self) {
            _ = try await self.exchange.send(request)
        }
        #expect(unknown?.code == .tls)
        request.connection.tls.ca = .file(certificate)
        #expect(try await self.exchange.send(request).status == 200)
        request.connection.tls.ca = .literal(try SecretFile.read(certificate))
        #expect(try await self.exchange.send(request).status == 200)
    }
}
