import AgentTesting
import Bytes
import Config
import Pipeline
import Testing

@testable import Transport

@Suite(.timeLimit(.minutes(2)))
struct CurlCredentialTests {
    let exchange: CurlExchange
    let server = RawServer.serving { connection, head, _ in
        let field = head.split(separator: "\r\n").first { $0.hasPrefix("Authorization: ") }
        connection.answer(field.map(String.init) ?? "none")
    }

    init() throws {
        self.exchange = try CurlExchange(version: "test")
    }

    private func sent(
        _ authorization: HTTPConnectionSettings.Authorization
    ) async throws -> String {
        var request = HTTPRequest(.get, self.server.url)
        request.connection.authorization = authorization
        return try await self.exchange.send(request).body.bytes.text
    }

    @Test func sendsNothingUnlessTold() async throws {
        #expect(try await self.sent(.none) == "none")
    }

    @Test func sendsBasic() async throws {
        let basic = try await self.sent(
            .basic(username: .literal("Aladdin"), password: .literal("open sesame"))
        )
        // RFC 7617 §2.
        #expect(basic == "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
    }

    @Test func readsTheFileForEachRequest() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("token", "first\n")
        let token = HTTPConnectionSettings.Authorization.token(
            type: "Bearer",
            credentials: .file(path),
        )
        #expect(try await self.sent(token) == "Authorization: Bearer first")
        try folder.write("token", "second\r\n\n")
        #expect(try await self.sent(token) == "Authorization: Bearer second")
        try folder.write("token", String(repeating: "x", count: 10_000))
        #expect(try await self.sent(token).utf8.count == 10_022)
        #expect(self.server.connections == 1)
        #expect(try await self.sent(.none) == "none")
    }

    @Test(arguments: ["missing", "folder", "inside", "binary", "huge"])
    func namesTheFileThatCannotBeUsed(which: String) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path(which)
        switch which {
        case "inside": try folder.write(which, "hunter2\nX-Injected: yes")
        case "binary": try folder.write(which, [0xFF, 0xFE])
        case "huge": try folder.write(which, String(repeating: "hunter2", count: 20_000))
        default: break
        }
        let secret = HTTPConnectionSettings.Secret.file(which == "folder" ? folder.path : path)
        let failure = await #expect(throws: HTTPFailure.self) {
            _ = try await self.sent(.basic(username: .literal("me"), password: secret))
        }
        #expect(failure?.code == .badRequest)
        #expect(failure?.message.contains(which == "folder" ? folder.path : path) == true)
        #expect(failure?.message.contains("hunter2") == false)
        #expect(self.server.heads.isEmpty)
    }

    @Test func leavesTheCallersOwnFieldAlone() async throws {
        var request = HTTPRequest(
            .get,
            self.server.url,
            headers: [HTTPHeader("authorization", "Mine x")],
        )
        request.connection.authorization = .token(type: "Bearer", credentials: .literal("other"))
        _ = try await self.exchange.send(request)
        let fields = self.server.heads.first?.split(separator: "\r\n").filter {
            $0.lowercased().hasPrefix("authorization")
        }
        #expect(fields == ["authorization: Mine x"])
    }
}
