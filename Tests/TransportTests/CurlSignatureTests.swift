import AgentTesting
import Bytes
import Config
import Pipeline
import Synchronization
import Testing

@testable import Transport

/// AWS's Signature Version 4, computed again from what a server saw.
@Suite(.timeLimit(.minutes(2)))
struct CurlSignatureTests {
    let exchange: CurlExchange

    init() throws {
        self.exchange = try CurlExchange(version: "test")
    }

    private func options(_ token: String? = nil) -> SigV4Options {
        SigV4Options(
            region: "eu-central-1",
            keys: .fixed(
                accessKey: "AKIDEXAMPLE",
                secretKey: .literal("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
                sessionToken: token.map { .literal($0) },
            ),
        )
    }

    /// Sends a request that is signed and returns what the server saw of it.
    private func seen(
        _ options: SigV4Options,
        path: String = "/workspaces/ws-1/api/v1/remote_write",
        body: [UInt8] = Array("a body".utf8),
    ) async throws -> (head: String, body: [UInt8]) {
        let seen = Mutex<(String, [UInt8])>(("", []))
        let server = RawServer.serving { connection, head, body in
            seen.withLock { $0 = (head, body) }
            connection.answer("")
        }
        let payload = Payload()
        payload.bytes.append(body.span)
        var request = HTTPRequest(
            .post,
            server.url + path,
            headers: [
                HTTPHeader("Content-Type", "application/x-protobuf"),
                HTTPHeader("X-Prometheus-Remote-Write-Version", "0.1.0"),
                HTTPHeader("User-Agent", "mine/1"),
            ],
            body: payload,
        )
        request.connection.authorization = .sigv4(options)
        _ = try await self.exchange.send(request)
        return seen.withLock { $0 }
    }

    /// The signature that the head and body should have (AWS General Reference, "Create a signed
    /// request").
    private static func signature(
        _ head: String,
        _ body: [UInt8],
        secret: String,
    ) throws -> (found: String, computed: String, signed: [String]) {
        let lines = head.split(separator: "\r\n").map(String.init)
        let fields = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (
                parts[0].lowercased(),
                parts.count > 1 ? parts[1].trimmingPrefix(" ") : "",
            )
        }
        let field = try #require(fields.first { $0.0 == "authorization" }?.1)
        let date = String(try #require(fields.first { $0.0 == "x-amz-date" }?.1))
        func part(_ name: String) throws -> String {
            let start = try #require(field.firstRange(of: "\(name)=")).upperBound
            return String(field[start...].prefix { $0 != "," })
        }
        let names = try part("SignedHeaders").split(separator: ";").map(String.init)
        let scope = try part("Credential").split(separator: "/").dropFirst().map(String.init)
        let canonical = try names.map { name in
            "\(name):\(try #require(fields.first { $0.0 == name }?.1))\n"
        }.joined()
        let target = lines[0].split(separator: " ")[1].split(
            separator: "?",
            omittingEmptySubsequences: false,
        )
        let request = [
            String(lines[0].prefix { $0 != " " }), String(target[0]),
            target.count > 1 ? String(target[1]) : "", canonical, names.joined(separator: ";"),
            SHA256.hex(SHA256.hash(body)),
        ].joined(separator: "\n")
        let text = [
            "AWS4-HMAC-SHA256", date, scope.joined(separator: "/"),
            SHA256.hex(SHA256.hash(Array(request.utf8))),
        ].joined(separator: "\n")
        var key = Array("AWS4\(secret)".utf8)
        for step in scope { key = SHA256.hmac(key, step) }
        return (try part("Signature"), SHA256.hex(SHA256.hmac(key, text)), names)
    }

    @Test func theHashIsSound() {
        // FIPS 180-4's example, and RFC 4231's second.
        #expect(
            SHA256.hex(SHA256.hash(Array("abc".utf8)))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        )
        #expect(
            SHA256.hex(SHA256.hmac(Array("Jefe".utf8), "what do ya want for nothing?"))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        )
    }

    @Test(arguments: [nil, "session/token+with=marks"])
    func signs(_ token: String?) async throws {
        let options = self.options(token)
        let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
        for body in [Array("a body".utf8), [0, 1, 255], []] {
            let (head, seen) = try await self.seen(options, body: body)
            #expect(seen == body)
            let (found, computed, signed) = try Self.signature(head, seen, secret: secret)
            #expect(found == computed, "\(head)")
            #expect(signed.contains("host") && signed.contains("x-amz-date"))
            #expect(signed.contains("x-amz-security-token") == (token != nil))
            #expect(head.contains("Credential=AKIDEXAMPLE/"))
            #expect(head.contains("/eu-central-1/aps/aws4_request"))
            if let token { #expect(head.contains("\r\nX-Amz-Security-Token: \(token)\r\n")) }
            #expect(!head.contains(secret))
        }
    }

    /// A signature is one host's, and the session's token is nobody else's business.
    @Test func followsNoRedirect() async throws {
        let server = RawServer.serving { connection, _, _ in
            connection.answer(status: "307 Moved", headers: ["Location: http://127.0.0.1:1/"], "")
        }
        var request = HTTPRequest(.post, server.url, body: Payload("body"))
        request.connection.authorization = .sigv4(self.options("token"))
        #expect(try await self.exchange.send(request).status == 307)
        #expect(server.heads.count == 1)
    }

    @Test func readsTheProfileForEachRequest() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("credentials")
        let options = SigV4Options(region: "r", keys: .profile("p", file: path))
        for secret in ["one", "two"] {
            try folder.write(
                "credentials",
                "[p]\naws_access_key_id = A-\(secret)\naws_secret_access_key = \(secret)\n",
            )
            let (head, body) = try await self.seen(options)
            let (found, computed, _) = try Self.signature(head, body, secret: secret)
            #expect(found == computed)
            #expect(head.contains("Credential=A-\(secret)/"))
        }
        for (text, word) in [
            ("[q]\naws_access_key_id = hunter2", "no profile 'p'"), ("[p]", "keys"),
        ] {
            try folder.write("credentials", text)
            let failure = await #expect(throws: HTTPFailure.self) {
                _ = try await self.seen(options)
            }
            #expect(failure?.code == .badRequest)
            #expect(failure?.message.contains(word) == true)
            #expect(failure?.message.contains(path) == true)
            #expect(failure?.message.contains("hunter2") == false)
        }
    }
}
