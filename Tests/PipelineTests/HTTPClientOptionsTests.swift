import Config
import Pipeline
import Testing

@Suite struct HTTPClientOptionsTests {
    private static func read(
        _ yaml: String
    ) throws -> (value: HTTPClientOptions?, report: ConfigReport) {
        ConfigLoader.read(from: try ConfigDocument.parse(yaml)) { node throws(ConfigError) in
            HTTPClientOptions(readingFrom: &node)
        }
    }

    @Test func nothingGivenIsTheDefault() throws {
        let (options, report) = try Self.read("{}")
        #expect(options == HTTPClientOptions())
        #expect(report.isEmpty)
    }

    @Test(
        arguments: [
            (
                "basic_auth: {username: u, password: p}",
                .basic(username: "u", password: .literal("p")),
            ),
            (
                "basic_auth: {username: u, password_file: /p}",
                .basic(username: "u", password: .file("/p")),
            ),
            (
                "authorization: {credentials: t}",
                .token(type: "Bearer", credentials: .literal("t")),
            ),
            (
                "authorization: {type: Token, credentials_file: /t}",
                .token(type: "Token", credentials: .file("/t")),
            ),
            ("bearer_token: t", .token(type: "Bearer", credentials: .literal("t"))),
            ("bearer_token_file: /t", .token(type: "Bearer", credentials: .file("/t"))),
        ] as [(String, HTTPConnectionSettings.Authorization)]
    )
    func authorizes(_ yaml: String, _ expected: HTTPConnectionSettings.Authorization) throws {
        let (options, report) = try Self.read(yaml)
        #expect(report.isEmpty, "\(report)")
        #expect(options?.connection.authorization == expected)
    }

    @Test func readsTLSProxyAndHeaders() throws {
        let (options, report) = try Self.read(
            """
            tls_config: {ca_file: /ca, cert_file: /c, key_file: /k, server_name: s}
            proxy_url: http://proxy:3128
            follow_redirects: false
            enable_http2: false
            http_headers: {X-Tenant: {values: [a, b]}}
            """
        )
        #expect(report.isEmpty, "\(report)")
        let connection = try #require(options?.connection)
        #expect(connection.tls.certificateFile == "/c" && connection.tls.keyFile == "/k")
        #expect(connection.tls.serverName == "s" && !connection.tls.insecureSkipVerify)
        #expect(connection.proxyURL == "http://proxy:3128")
        #expect(!connection.followRedirects && !connection.enableHTTP2)
        #expect(options?.headers == [HTTPHeader("X-Tenant", "a"), HTTPHeader("X-Tenant", "b")])
    }

    @Test(
        arguments: [
            ("{basic_auth: {username: u}, authorization: {credentials: t}}", "found 2"),
            ("authorization: {type: Basic, credentials: t}", "basic_auth"),
            ("tls_config: {key_file: /k}", "cert_file and key_file"),
            ("basic_auth: {user: u}", "username"),
        ]
    )
    func refuses(_ yaml: String, _ word: String) throws {
        let (options, report) = try Self.read(yaml)
        #expect(options == nil)
        #expect(report.errors.contains { $0.description.contains(word) }, "\(report)")
    }

    @Test(
        arguments: [
            "oauth2: {client_id: x}", "no_proxy: localhost", "tls_config: {min_version: TLS13}",
            "tls_config: {ca: PEM}", "http_headers: {X: {secrets: [s]}}",
        ]
    )
    func whatIsNotHonouredIsNamed(_ yaml: String) throws {
        let (options, report) = try Self.read(yaml)
        #expect(options != nil)
        #expect(report.warnings.count == 1)
    }
}
