import AgentTesting
import Bytes
import Config
import Pipeline
import Synchronization
import Testing

@testable import Transport

/// Tokens of OAuth 2: a server that hands them out and one that wants them.
@Suite(.timeLimit(.minutes(2)))
struct OAuth2Tests {
    /// What the token's server does.
    final class Rules: Sendable {
        struct State {
            var status = "200 OK"
            var life = 3600
            var delay = 0
            var takesBasic = true
            var count = 0
            var bodies: [String] = []
            var accepted: Set<String> = []
        }

        let state = Mutex(State())
    }

    let rules = Rules()
    let issuer: RawServer
    let target: RawServer
    let exchange: CurlExchange

    init() throws {
        var limits = CurlExchange.Limits()
        limits.tokenDropAge = .zero
        self.exchange = try CurlExchange(version: "test", limits: limits)
        let rules = self.rules
        self.issuer = RawServer.serving { connection, head, body in
            let text = String(decoding: body, as: UTF8.self)
            let isBasic = head.contains("\r\nAuthorization: Basic ")
            let (number, status, delay, life) = rules.state.withLock { state in
                state.count += 1
                state.bodies.append(text)
                let isTaken = isBasic ? state.takesBasic : text.contains("client_secret=")
                if isTaken, state.status == "200 OK" { state.accepted.insert("t\(state.count)") }
                return (state.count, isTaken ? state.status : "401 No", state.delay, state.life)
            }
            RawSocket.pause(milliseconds: delay)
            if status.hasPrefix("200") {
                connection.answer(#"{"access_token":"t\#(number)","expires_in":\#(life)}"#)
            } else {
                connection.answer(status: status, #"{"error":"invalid_client"}"#)
            }
        }
        self.target = RawServer.serving { connection, head, body in
            let field = head.split(separator: "\r\n").first { $0.hasPrefix("Authorization: ") }
            let token = String((field ?? "").dropFirst("Authorization: Bearer ".count))
            let isGood = rules.state.withLock { $0.accepted.contains(token) }
            let status = isGood ? "200 OK" : "401 Unauthorized"
            connection.answer(status: status, "\(token) \(body.count)")
        }
    }

    private func options(_ change: (inout OAuth2Options) -> Void = { _ in }) -> OAuth2Options {
        var options = OAuth2Options(clientID: "me:1", tokenURL: self.issuer.url + "/token")
        options.clientSecret = .literal("hunter2 &")
        change(&options)
        return options
    }

    private func request(_ options: OAuth2Options) -> HTTPRequest {
        var request = HTTPRequest(.post, self.target.url, body: Payload("body"))
        request.connection.authorization = .oauth2(options)
        return request
    }

    private func sent(_ options: OAuth2Options) async throws -> String {
        try await self.exchange.send(self.request(options)).body.bytes.text
    }

    @Test func getsATokenAndKeepsIt() async throws {
        let options = self.options {
            $0.scopes = ["a", "b"]
            $0.parameters = [SecretHeader("audience", .literal("x/y"))]
        }
        for _ in 0..<3 { #expect(try await self.sent(options) == "t1 4") }
        #expect(self.rules.state.withLock { $0.count } == 1)
        let body = self.rules.state.withLock { $0.bodies[0] }
        #expect(body == "grant_type=client_credentials&scope=a+b&audience=x%2Fy")
        // RFC 6749 §2.3.1: name and secret are escaped before they are encoded.
        let head = try #require(self.issuer.heads.first)
        #expect(head.hasPrefix("POST /token HTTP/1.1\r\n"))
        #expect(head.contains("\r\nAuthorization: Basic bWUlM0ExOmh1bnRlcjIrJTI2\r\n"))
        #expect(head.contains("\r\nContent-Type: application/x-www-form-urlencoded\r\n"))
        // Other settings have a token of their own.
        #expect(try await self.sent(self.options()) == "t2 4")
    }

    @Test func putsTheSecretInTheBodyForServersThatWantItThere() async throws {
        self.rules.state.withLock { $0.takesBasic = false }
        #expect(try await self.sent(self.options()) == "t2 4")
        let body = self.rules.state.withLock { $0.bodies[1] }
        #expect(body.hasSuffix("client_id=me%3A1&client_secret=hunter2+%26"))
        // It is known from then on.
        self.rules.state.withLock { $0.accepted = [] }
        #expect(try await self.sent(self.options()) == "t3 4")
        #expect(self.rules.state.withLock { $0.count } == 3)
    }

    @Test func oneFetchServesAllThatWait() async throws {
        self.rules.state.withLock { $0.delay = 100 }
        let options = self.options()
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<50 { group.addTask { try await self.sent(options) } }
            for try await answer in group { #expect(answer == "t1 4") }
        }
        #expect(self.rules.state.withLock { $0.count } == 1)
    }

    @Test func getsAnotherShortlyBeforeTheEnd() async throws {
        self.rules.state.withLock { $0.life = 2 }
        let options = self.options()
        #expect(try await self.sent(options) == "t1 4")
        #expect(try await self.sent(options) == "t1 4")
        try await Task.sleep(for: .milliseconds(1100))
        #expect(try await self.sent(options) == "t2 4")
    }

    @Test func aRefusedTokenIsReplacedOnce() async throws {
        let options = self.options()
        #expect(try await self.sent(options) == "t1 4")
        self.rules.state.withLock { $0.accepted = [] }
        // The request is sent again with its whole body.
        #expect(try await self.sent(options) == "t2 4")
        #expect(self.target.heads.count == 3)
        // One that no token satisfies gets its 401.
        let deaf = RawServer.serving { connection, _, _ in
            connection.answer(status: "401 Unauthorized", "no")
        }
        var request = self.request(options)
        request.url = deaf.url
        #expect(try await self.exchange.send(request).status == 401)
        #expect(deaf.heads.count == 2)
        #expect(self.rules.state.withLock { $0.count } == 3)
    }

    @Test func aNewTokenIsNotReplacedOverAndOver() async throws {
        let exchange = try CurlExchange(version: "test")
        let request = self.request(self.options())
        _ = try await exchange.send(request)
        self.rules.state.withLock { $0.accepted = [] }
        for _ in 0..<5 { #expect(try await exchange.send(request).status == 401) }
        #expect(self.rules.state.withLock { $0.count } == 1)
    }

    @Test func readsTheSecretFileAgain() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("secret", "one\n")
        let options = self.options { $0.clientSecret = .file(path) }
        #expect(try await self.sent(options) == "t1 4")
        try folder.write("secret", "two\n")
        #expect(try await self.sent(options) == "t2 4")
    }

    @Test func saysWhyThereIsNoToken() async throws {
        self.rules.state.withLock { $0.status = "400 Bad" }
        let options = self.options { $0.tokenURL += "?key=hunter2" }
        let refused = await #expect(throws: HTTPFailure.self) { _ = try await self.sent(options) }
        #expect(refused?.message.contains("invalid_client") == true)
        #expect(refused?.message.contains("status 400") == true)
        #expect(refused?.message.contains("/token") == true)
        #expect(refused?.message.contains("hunter2") == false)
        // The failure is everybody's answer for a moment: the server is not stormed.
        let count = self.rules.state.withLock { $0.count }
        _ = try? await self.sent(options)
        #expect(self.rules.state.withLock { $0.count } == count)

        let gone = self.options { $0.tokenURL = "http://127.0.0.1:1/token" }
        let failure = await #expect(throws: HTTPFailure.self) { _ = try await self.sent(gone) }
        #expect(failure?.code == .connect)
        #expect(failure?.message.contains("no token for OAuth 2 client me:1") == true)
        #expect(self.target.heads.isEmpty)
    }

    @Test func whatIsAtHandShowsNoSecret() throws {
        var request = HTTPRequest(.get, "https://127.0.0.1/")
        request.connection.authorization = .basic(
            username: .literal("hunter2"),
            password: .literal("hunter2"),
        )
        request.connection.secretHeaders = [SecretHeader("X", .literal("hunter2"))]
        request.connection.proxy = HTTPProxy("http://hunter2:hunter2@proxy")
        let material = try RequestMaterial(request, files: TLSFileTable())
        var text = "\(material) \(material.credentials) \(String(reflecting: material))"
        dump(material, to: &text)
        if let proxy = material.proxy { dump(proxy, to: &text) }
        dump(material.credentials, to: &text)
        #expect(!text.contains("hunter2"), "\(text)")
    }

    @Test func waitingForATokenCountsAgainstTheTime() async throws {
        self.rules.state.withLock { $0.delay = 3000 }
        var request = self.request(self.options())
        request.timeout = .milliseconds(100)
        let start = ContinuousClock.now
        let failure = await #expect(throws: HTTPFailure.self) {
            _ = try await self.exchange.send(request)
        }
        #expect(failure?.code == .timeout)
        let exchange = self.exchange
        let patient = self.request(self.options())
        let task = Task { _ = try await exchange.send(patient) }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        let cancelled = await #expect(throws: HTTPFailure.self) { try await task.value }
        #expect(cancelled?.code == .cancelled)
        #expect(ContinuousClock.now - start < .seconds(2))
    }
}
