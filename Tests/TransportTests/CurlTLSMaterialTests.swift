import AgentTesting
import Bytes
import Config
import Glibc
import Pipeline
import Testing

@testable import Transport

/// Certificates as text and as files that change, and versions of TLS.
@Suite(
    .timeLimit(.minutes(2)),
    .enabled("the openssl command is not installed") { TLSServer.program != nil },
)
struct CurlTLSMaterialTests {
    let exchange: CurlExchange

    init() throws {
        self.exchange = try CurlExchange(version: "test")
    }

    private func send(
        to server: TLSServer,
        _ tls: HTTPConnectionSettings.TLS,
    ) async throws -> HTTPResponse {
        var request = HTTPRequest(.get, "https://127.0.0.1:\(server.port)/")
        request.connection.tls = tls
        return try await self.exchange.send(request)
    }

    private static func text(_ path: String) throws -> String { try SecretFile.read(path) }

    private static func make(_ folder: TemporaryFolder, _ name: String) throws {
        try TLSServer.makeCertificate(
            name: "IP:127.0.0.1",
            certificate: folder.path("\(name).pem"),
            key: folder.path("\(name).key"),
        )
    }

    @Test func takesCertificatesAsText() async throws {
        let folder = try TemporaryFolder()
        try Self.make(folder, "a")
        let (certificate, key) = (folder.path("a.pem"), folder.path("a.key"))
        let server = try TLSServer(
            certificate: certificate,
            key: key,
            options: ["-Verify", "1", "-verify_return_error", "-CAfile", certificate],
        )
        var tls = HTTPConnectionSettings.TLS()
        tls.ca = .literal(try Self.text(certificate))
        await #expect(throws: HTTPFailure.self) { _ = try await self.send(to: server, tls) }
        tls.certificate = .literal(try Self.text(certificate))
        tls.key = .literal(try Self.text(key))
        #expect(try await self.send(to: server, tls).status == 200)
        try Self.make(folder, "other")
        tls.ca = .literal(try Self.text(folder.path("other.pem")))
        let wrong = await #expect(throws: HTTPFailure.self) {
            _ = try await self.send(to: server, tls)
        }
        #expect(wrong?.code == .tls)
        tls.ca = .literal("-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----\n")
        let garbage = await #expect(throws: HTTPFailure.self) {
            _ = try await self.send(to: server, tls)
        }
        #expect(garbage?.code == .tls)
        #expect(garbage?.message.contains("hunter2") == false)
    }

    @Test(
        arguments: [
            ("-tls1_2", nil, nil, true), ("-tls1_3", nil, nil, true),
            ("-tls1_2", .tls13, nil, false), ("-tls1_3", nil, .tls12, false),
            ("-tls1_2", .tls12, .tls12, true), ("-tls1_1", nil, nil, false),
            ("-tls1_1", .tls10, nil, true), ("-tls1_1", nil, .tls11, true),
        ]
            as [(
                String, HTTPConnectionSettings.TLSVersion?, HTTPConnectionSettings.TLSVersion?, Bool
            )]
    )
    func speaksTheVersionsThatAreAllowed(
        option: String,
        minimum: HTTPConnectionSettings.TLSVersion?,
        maximum: HTTPConnectionSettings.TLSVersion?,
        works: Bool,
    ) async throws {
        let folder = try TemporaryFolder()
        try Self.make(folder, "a")
        let server = try TLSServer(
            certificate: folder.path("a.pem"),
            key: folder.path("a.key"),
            options: [option, "-cipher", "ALL:@SECLEVEL=0"],
        )
        var tls = HTTPConnectionSettings.TLS()
        tls.ca = .file(folder.path("a.pem"))
        tls.minimum = minimum
        tls.maximum = maximum
        if works {
            #expect(try await self.send(to: server, tls).status == 200)
        } else {
            let failure = await #expect(throws: HTTPFailure.self) {
                _ = try await self.send(to: server, tls)
            }
            #expect(failure?.code == .tls)
        }
    }

    /// The server's certificate changes, and the file of those to trust after it.
    @Test func aRotatedBundleCountsAtOnce() async throws {
        let folder = try TemporaryFolder()
        try Self.make(folder, "old")
        try Self.make(folder, "new")
        let old = try TLSServer(certificate: folder.path("old.pem"), key: folder.path("old.key"))
        let new = try TLSServer(certificate: folder.path("new.pem"), key: folder.path("new.key"))
        let bundle = try folder.write("ca.pem", try Self.text(folder.path("old.pem")))
        var tls = HTTPConnectionSettings.TLS()
        tls.ca = .file(bundle)
        #expect(try await self.send(to: old, tls).status == 200)
        await #expect(throws: HTTPFailure.self) { _ = try await self.send(to: new, tls) }
        try folder.write("ca.pem", try Self.text(folder.path("new.pem")))
        #expect(try await self.send(to: new, tls).status == 200)
        await #expect(throws: HTTPFailure.self) { _ = try await self.send(to: old, tls) }
    }

    @Test func seesThatAFileHasChanged() async throws {
        let folder = try TemporaryFolder()
        let table = TLSFileTable()
        var tls = HTTPConnectionSettings.TLS()
        tls.key = .file(try folder.write("key", "a"))
        #expect(try table.lastChange(of: tls) == 0)
        #expect(try table.lastChange(of: tls) == 0)
        try folder.write("key", "longer")
        let changed = try table.lastChange(of: tls)
        #expect(changed > 0)
        #expect(try table.lastChange(of: tls) == changed)
        // A volume of Kubernetes swaps a link.
        unsafe unlink(folder.path("key"))
        unsafe symlink(try folder.write("next", "longer"), folder.path("key"))
        #expect(try table.lastChange(of: tls) > changed)
        unsafe unlink(folder.path("key"))
        #expect(throws: HTTPFailure.self) { try table.lastChange(of: tls) }
    }

    /// Connections are told apart by how a path is written.
    @Test func writesAPathAnewAfterEachChange() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("ca.pem", "a")
        let spellings = (0..<10).map { TLSFileTable.spelling(path, after: $0) }
        #expect(Set(spellings).count == 10)
        for spelling in spellings { #expect(try SecretFile.read(spelling) == "a") }
        #expect(TLSFileTable.spelling("ca.pem", after: 2) == "././ca.pem")
    }

    @Test func aConnectionOfBeforeTheChangeIsNotUsedAgain() async throws {
        let folder = try TemporaryFolder()
        try Self.make(folder, "a")
        let (certificate, key) = (folder.path("a.pem"), folder.path("a.key"))
        let server = try TLSServer(certificate: certificate, key: key)
        // It closes each connection after an answer, so a proxy counts those that are opened.
        var tls = HTTPConnectionSettings.TLS()
        tls.ca = .file(try folder.write("ca.pem", try Self.text(certificate)))
        let before = self.exchange.counts.connections
        #expect(try await self.send(to: server, tls).status == 200)
        #expect(self.exchange.counts.connections == before + 1)
        try folder.write("ca.pem", try Self.text(certificate) + "\n")
        #expect(try await self.send(to: server, tls).status == 200)
        #expect(self.exchange.counts.connections == before + 2)
    }
}
