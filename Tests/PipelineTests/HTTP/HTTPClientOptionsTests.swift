import Config
import Pipeline
import Testing

@Suite struct HTTPClientOptionsTests {
    private static func read(
        _ yaml: String,
        file: String = "martlet.yaml",
        environment: [String: String] = [:],
    ) throws -> (value: HTTPClientOptions?, report: ConfigReport) {
        let document = try ConfigDocument.parse(yaml, file: file, environment: environment)
        return ConfigLoader.read(from: document) { node throws(ConfigError) in
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
                .basic(username: .literal("u"), password: .literal("p")),
            ),
            (
                "basic_auth: {username_file: /u, password_file: /p}",
                .basic(username: .file("/u"), password: .file("/p")),
            ),
            ("basic_auth: {}", .basic(username: .literal(""), password: .literal(""))),
            (
                "authorization: {credentials: t}",
                .token(type: "Bearer", credentials: .literal("t")),
            ),
            (
                "authorization: {type: ' Token ', credentials_file: /t}",
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

    @Test func readsOAuth2() throws {
        let (options, report) = try Self.read(
            """
            oauth2:
              client_id: martlet
              client_secret_file: secret
              token_url: https://id.example.org/token
              scopes: [a, b]
              endpoint_params: {audience: metrics}
              tls_config: {ca_file: ca.pem, min_version: TLS13}
              proxy_url: http://proxy:3128
            """,
            file: "/etc/martlet/martlet.yaml",
        )
        #expect(report.isEmpty, "\(report)")
        var expected = OAuth2Options(
            clientID: "martlet",
            tokenURL: "https://id.example.org/token",
        )
        expected.clientSecret = .file("/etc/martlet/secret")
        expected.scopes = ["a", "b"]
        expected.parameters = [SecretHeader("audience", .literal("metrics"))]
        expected.tls.ca = .file("/etc/martlet/ca.pem")
        expected.tls.minimum = .tls13
        expected.proxy = HTTPProxy("http://proxy:3128")
        #expect(options?.connection.authorization == .oauth2(expected))
    }

    @Test func readsTLSProxyAndHeaders() throws {
        let (options, report) = try Self.read(
            """
            tls_config: {ca_file: /ca, cert_file: /c, key_file: k, server_name: s, max_version: TLS12}
            proxy_url: http://proxy:3128
            no_proxy: 10.0.0.0/8, .local
            proxy_connect_header: {X-Via: [one, two]}
            follow_redirects: false
            enable_http2: false
            http_headers: {X-Tenant: {values: [a, b], secrets: [s], files: [h]}}
            """,
            file: "conf/martlet.yaml",
        )
        #expect(report.isEmpty, "\(report)")
        let connection = try #require(options?.connection)
        #expect(connection.tls.certificate == .file("/c") && connection.tls.key == .file("conf/k"))
        #expect(connection.tls.serverName == "s" && !connection.tls.insecureSkipVerify)
        #expect(connection.tls.minimum == nil && connection.tls.maximum == .tls12)
        #expect(connection.proxy?.secure == "http://proxy:3128")
        #expect(connection.proxy?.exceptions == ProxyExceptions("10.0.0.0/8,.local"))
        #expect(
            connection.proxy?.connectHeaders == [
                SecretHeader("X-Via", .literal("one")), SecretHeader("X-Via", .literal("two")),
            ]
        )
        #expect(!connection.followRedirects && !connection.enableHTTP2)
        #expect(options?.headers == [HTTPHeader("X-Tenant", "a"), HTTPHeader("X-Tenant", "b")])
        #expect(
            connection.secretHeaders == [
                SecretHeader("X-Tenant", .literal("s")), SecretHeader("X-Tenant", .file("conf/h")),
            ]
        )
    }

    @Test func takesCertificatesAsText() throws {
        let (options, report) = try Self.read(
            """
            tls_config:
              ca: |
                -----BEGIN CERTIFICATE-----
              cert: "-----BEGIN CERTIFICATE-----"
              key: "-----BEGIN PRIVATE KEY-----"
            """
        )
        #expect(report.isEmpty, "\(report)")
        #expect(options?.connection.tls.ca == .literal("-----BEGIN CERTIFICATE-----\n"))
        #expect(options?.connection.tls.key == .literal("-----BEGIN PRIVATE KEY-----"))
    }

    @Test func takesProxiesFromTheEnvironment() throws {
        let environment = ["https_proxy": "proxy:3128", "NO_PROXY": "example.org"]
        let (options, report) = try Self.read(
            "proxy_from_environment: true",
            environment: environment,
        )
        #expect(report.isEmpty, "\(report)")
        let proxy = try #require(options?.connection.proxy)
        #expect(proxy.url(isSecure: true, host: "a.test", port: 443) == "http://proxy:3128")
        #expect(proxy.url(isSecure: true, host: "example.org", port: 443) == nil)
        #expect(proxy.url(isSecure: false, host: "a.test", port: 80) == nil)
        let (none, _) = try Self.read("proxy_from_environment: true")
        #expect(none?.connection.proxy == nil)
    }

    @Test(
        arguments: [
            (
                "basic_auth: {username: u}\nauthorization: {credentials: t}",
                "basic_auth and authorization", 2,
            ),
            ("bearer_token: t\noauth2: {client_id: c, token_url: 'http://t'}", "oauth2 and", 1),
            ("bearer_token: t\nbearer_token_file: /t", "found both", 2),
            ("authorization: {type: Basic, credentials: t}", "basic_auth", 1),
            ("authorization: {credentials: t, credentials_file: /t}", "found both", 1),
            ("basic_auth: {username: u, username_file: /u}", "found both", 1),
            ("basic_auth: {password: u, password_file: /u}", "found both", 1),
            ("basic_auth: {user: u}", "username", 1),
            ("oauth2: {token_url: 'http://t'}", "client_id", 1),
            ("oauth2: {client_id: c}", "token_url", 1),
            ("oauth2: {client_id: c, token_url: t}", "http or https", 1),
            (
                "oauth2: {client_id: c, token_url: 'http://t', client_secret: s,"
                    + " client_secret_file: /s}",
                "found both", 1,
            ),
            (
                "oauth2: {client_id: c, token_url: 'http://t', grant_type: password}",
                "client_credentials", 1,
            ),
            ("tls_config: {key_file: /k}", "together", 1),
            ("tls_config: {ca: '-----BEGIN X', ca_file: /k}", "found both", 1),
            ("tls_config: {ca: /etc/ca.pem}", "PEM form", 1),
            ("tls_config: {min_version: TLS13, max_version: TLS12}", "at least min_version", 1),
            ("tls_config: {min_version: TLS14}", "TLS13", 1),
            ("no_proxy: localhost", "add proxy_url", 1),
            ("proxy_connect_header: {X: [y]}", "add proxy_url", 1),
            ("proxy_url: http://p\nproxy_from_environment: true", "found both", 2),
            ("no_proxy: x\nproxy_from_environment: true", "found both", 1),
            ("proxy_url: ftp://p", "socks5", 1),
            ("http_headers: {AUTHORIZATION: {values: [x]}}", "set already", 1),
            ("http_headers: {X-Prometheus-Scrape-Timeout-Seconds: {values: [x]}}", "set", 1),
            ("http_headers: {'X Y': {values: [x]}}", "name", 1),
        ]
    )
    func refuses(_ yaml: String, _ word: String, _ line: Int) throws {
        let (options, report) = try Self.read(yaml)
        #expect(options == nil)
        let found = report.errors.first { $0.description.contains(word) }
        #expect(found != nil, "\(report)")
        #expect(found?.location.line == line, "\(report)")
        #expect(found?.location.column ?? 0 > 0)
    }

    @Test func whatIsNotHonouredIsNamed() throws {
        let (options, report) = try Self.read(
            "oauth2: {client_id: c, token_url: 'http://t', claims: {a: b}}"
        )
        #expect(options != nil)
        #expect(report.warnings.count == 1)
    }

    /// What prints settings, in whatever way, shows no secret of theirs.
    @Test func nothingShowsASecret() throws {
        let (options, report) = try Self.read(
            """
            oauth2:
              client_id: martlet
              client_secret: hunter2
              token_url: https://me:hunter2@id.example.org/token?key=hunter2
              endpoint_params: {password: hunter2}
              tls_config: {cert: "-----BEGIN hunter2", key: "-----BEGIN hunter2"}
              proxy_url: http://me:hunter2@proxy:3128
              proxy_connect_header: {X: [hunter2]}
            tls_config: {cert: "-----BEGIN hunter2", key: "-----BEGIN hunter2"}
            proxy_url: http://me:hunter2@proxy:3128
            proxy_connect_header: {X: [hunter2]}
            http_headers: {X-Key: {secrets: [hunter2]}}
            """
        )
        #expect(report.isEmpty, "\(report)")
        let found = try #require(options)
        var request = HTTPRequest(.get, "https://me:hunter2@host/path?key=hunter2")
        request.headers = [HTTPHeader("X-Key", "hunter2")]
        request.connection = found.connection
        var dumped = ""
        dump(found, to: &dumped)
        dump(request, to: &dumped)
        for text in ["\(found)", String(reflecting: found), "\(request)", dumped] {
            #expect(!text.contains("hunter2"), "\(text)")
        }
        #expect("\(request)".contains("GET https://host/path"))
    }

    /// Messages about values that are secrets do not show them.
    @Test(
        arguments: [
            "proxy_url: 'ftp://me:hunter2@proxy'", "proxy_url: [hunter2]",
            "http_headers: {X: {secrets: {hunter2: x}}}", "http_headers: {X: {secrets: hunter2}}",
            "tls_config: {key: hunter2, cert: hunter2}", "bearer_token: {x: hunter2}",
            "proxy_connect_header: {X: hunter2}\nproxy_url: http://p",
            "basic_auth: {password: [hunter2]}",
        ]
    )
    func noMessageShowsASecret(_ yaml: String) throws {
        let (_, report) = try Self.read(yaml)
        #expect(report.hasErrors)
        #expect(!"\(report)".contains("hunter2"), "\(report)")
    }
}
