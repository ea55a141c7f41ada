import AgentTesting
import Bytes
import Config
import Pipeline
import Testing

@testable import Transport

/// TLS against OpenSSL's own test server.
@Suite(
    .timeLimit(.minutes(2)),
    .enabled("the openssl command is not installed") { TLSServer.program != nil },
)
struct CurlTLSTests {
    let exchange: CurlExchange

    init() throws {
        self.exchange = try CurlExchange(version: "test")
    }

    private func send(
        to server: TLSServer,
        host: String = "127.0.0.1",
        _ tls: HTTPConnectionSettings.TLS,
    ) async throws -> HTTPResponse {
        var request = HTTPRequest(.get, "https://\(host):\(server.port)/")
        request.connection.tls = tls
        return try await self.exchange.send(request)
    }

    @Test func verifiesTheServer() async throws {
        let folder = try TemporaryFolder()
        let (certificate, key) = (folder.path("cert.pem"), folder.path("key.pem"))
        try TLSServer.makeCertificate(name: "IP:127.0.0.1", certificate: certificate, key: key)
        let server = try TLSServer(certificate: certificate, key: key)

        var tls = HTTPConnectionSettings.TLS()
        let unknown = await #expect(throws: HTTPFailure.self) {
            _ = try await self.send(to: server, tls)
        }
        #expect(unknown?.code == .tls)
        #expect(unknown?.message.contains("127.0.0.1:\(server.port)") == true)

        tls.ca = .file(certificate)
        #expect(try await self.send(to: server, tls).status == 200)

        let wrongName = await #expect(throws: HTTPFailure.self) {
            _ = try await self.send(to: server, host: "localhost", tls)
        }
        #expect(wrongName?.code == .tls)

        tls.ca = .file(folder.path("missing.pem"))
        let missing = await #expect(throws: HTTPFailure.self) {
            _ = try await self.send(to: server, tls)
        }
        #expect(missing?.code == .tls)
        #expect(missing?.message.contains("missing.pem") == true)

        tls.ca = nil
        tls.insecureSkipVerify = true
        #expect(try await self.send(to: server, tls).status == 200)
    }

    @Test func verifiesAnotherNameWhenTold() async throws {
        let folder = try TemporaryFolder()
        let (certificate, key) = (folder.path("cert.pem"), folder.path("key.pem"))
        try TLSServer.makeCertificate(
            name: "DNS:elsewhere.test",
            certificate: certificate,
            key: key,
        )
        let server = try TLSServer(certificate: certificate, key: key)
        var tls = HTTPConnectionSettings.TLS()
        tls.ca = .file(certificate)
        await #expect(throws: HTTPFailure.self) { _ = try await self.send(to: server, tls) }
        tls.serverName = "elsewhere.test"
        #expect(try await self.send(to: server, tls).status == 200)
        tls.serverName = "other.test"
        await #expect(throws: HTTPFailure.self) { _ = try await self.send(to: server, tls) }
    }

    @Test func showsItsOwnCertificate() async throws {
        let folder = try TemporaryFolder()
        let (certificate, key) = (folder.path("cert.pem"), folder.path("key.pem"))
        try TLSServer.makeCertificate(name: "IP:127.0.0.1", certificate: certificate, key: key)
        let server = try TLSServer(
            certificate: certificate,
            key: key,
            options: ["-Verify", "1", "-verify_return_error", "-CAfile", certificate],
        )
        var tls = HTTPConnectionSettings.TLS()
        tls.ca = .file(certificate)
        await #expect(throws: HTTPFailure.self) { _ = try await self.send(to: server, tls) }
        tls.certificate = .file(certificate)
        tls.key = .file(key)
        #expect(try await self.send(to: server, tls).status == 200)
        tls.key = .file(folder.path("missing.pem"))
        let missing = await #expect(throws: HTTPFailure.self) {
            _ = try await self.send(to: server, tls)
        }
        #expect(missing?.code == .tls)
        #expect(missing?.message.contains("missing.pem") == true)
    }

    @Test func saysThatAPortSpeaksNoTLS() async throws {
        let server = RawServer { connection in
            _ = connection.read()
            connection.send("HTTP/1.1 400 Bad Request\r\n\r\n")
        }
        let failure = await #expect(throws: HTTPFailure.self) {
            _ = try await self.exchange.send(
                HTTPRequest(.get, "https://127.0.0.1:\(server.port)/")
            )
        }
        #expect(failure?.code == .tls)
    }
}
