import AgentTesting
import Config
import Kubernetes
import Pipeline
import Testing

struct KubeconfigTests {
    /// A file as kubectl writes it, with two clusters and users.
    private static func text(
        context: String = "admin@prod",
        cluster: String = "    server: https://10.0.0.1:6443/\n",
        user: String = "    token: opaque\n",
    ) -> String {
        """
        apiVersion: v1
        kind: Config
        preferences: {colors: true}
        current-context: \(context)
        clusters:
        - name: other
          cluster: {server: "https://other"}
        - name: prod
          cluster:
            disable-compression: true
        \(cluster)
        contexts:
        - name: admin@prod
          context: {cluster: prod, user: admin, namespace: web}
        - name: anybody@other
          context: {cluster: other}
        users:
        - name: admin
          user:
        \(user)
        - name: cloud
          user: {exec: {command: aws}}
        """
    }

    private func read(_ text: String) throws -> Kubeconfig {
        try Kubeconfig(text, file: "/home/me/.kube/config")
    }

    @Test func isTheCurrentContext() throws {
        let config = try self.read(Self.text())
        #expect(config.access.server == "https://10.0.0.1:6443")
        #expect(
            config.access.connection.authorization
                == .token(type: "Bearer", credentials: .literal("opaque"))
        )
        #expect(config.namespace == "web")
        let other = try self.read(Self.text(context: "anybody@other"))
        #expect(other.access == ClusterAccess(server: "https://other", connection: .init()))
        #expect(other.namespace == nil)
    }

    @Test func readsAllThatAClusterHas() throws {
        let pem = "-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n"
        let data = """
            LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JST0KLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo=
            """
        var config = try self.read(
            Self.text(
                cluster: """
                        server: http://127.0.0.1:8001
                        certificate-authority: ignored.crt
                        certificate-authority-data: \(data)
                        tls-server-name: kubernetes
                        proxy-url: http://proxy:3128
                    """
            )
        )
        #expect(config.access.server == "http://127.0.0.1:8001")
        #expect(config.access.connection.tls.ca == .literal(pem))
        #expect(config.access.connection.tls.serverName == "kubernetes")
        #expect(config.access.connection.proxy == HTTPProxy("http://proxy:3128"))
        config = try self.read(
            Self.text(cluster: "    {server: https://a, certificate-authority: pki/ca.crt}\n")
                .replacing("    disable-compression: true\n", with: "")
        )
        #expect(config.access.connection.tls.ca == .file("/home/me/.kube/pki/ca.crt"))
        config = try self.read(
            Self.text(
                cluster: "    server: https://a\n    insecure-skip-tls-verify: true\n"
            )
        )
        #expect(config.access.connection.tls.insecureSkipVerify)
    }

    @Test func readsAllThatAUserHas() throws {
        var user = "    {client-certificate: c.crt, client-key: /keys/c.key}"
        var connection = try self.read(Self.text(user: user)).access.connection
        #expect(connection.tls.certificate == .file("/home/me/.kube/c.crt"))
        #expect(connection.tls.key == .file("/keys/c.key"))
        #expect(connection.authorization == .none)
        user = "    {username: me, password: \"a$b${c}\"}"
        connection = try self.read(Self.text(user: user)).access.connection
        #expect(
            connection.authorization
                == .basic(username: .literal("me"), password: .literal("a$b${c}"))
        )
        user = "    {token: old, tokenFile: token}"
        connection = try self.read(Self.text(user: user)).access.connection
        #expect(
            connection.authorization
                == .token(type: "Bearer", credentials: .file("/home/me/.kube/token"))
        )
    }

    @Test(arguments: [
        ("{exec: {command: aws}}", "found exec, which needs a program"),
        ("{auth-provider: {name: gcp}}", "found auth-provider, which needs a program"),
        ("{token: a, username: b}", "found both"),
        ("{token: a, as: b}", "found an impersonation"),
        ("{client-key-data: bm8=}", "expected PEM text in base64"),
        ("{client-certificate: c.crt}", "expected client-certificate and client-key together"),
    ])
    func refusesWhatItCanNotDo(user: String, reason: String) {
        let error = #expect(throws: AccessError.self) {
            _ = try self.read(Self.text(user: "    \(user)"))
        }
        #expect(error?.description.contains(reason) == true, "\(error as Any)")
        #expect(error?.description.contains("/home/me/.kube/config:") == true)
    }

    @Test func saysWhatIsMissing() throws {
        for (text, reason) in [
            ("{}", "expected the name of a context, found nothing"),
            ("current-context: a", "expected an entry with the name 'a', found none"),
            (Self.text(cluster: "    server: 10.0.0.1"), "a URL that starts with https://"),
            (Self.text(cluster: "    server: https://a\n    proxy-url: x"), "with a scheme of"),
            ("a: [", ""),
        ] {
            let error = #expect(throws: AccessError.self) { _ = try self.read(text) }
            #expect(error?.description.contains(reason) == true, "\(error as Any)")
        }
        #expect(throws: AccessError.self) { _ = try Kubeconfig(path: "/no/such/file") }
    }

    @Test func showsNoSecret() throws {
        let error = #expect(throws: AccessError.self) {
            _ = try self.read(Self.text(user: "    {token: hidden, username: me, as: you}"))
        }
        #expect(error?.description.contains("hidden") == false)
        var shown = ""
        dump(try self.read(Self.text(user: "    {token: hidden}")), to: &shown)
        #expect(!shown.contains("hidden"))
    }

    @Test func readsAFile() throws {
        let folder = try TemporaryFolder()
        try folder.write("config", Self.text(user: "    tokenFile: token"))
        let config = try Kubeconfig(path: folder.path("config"))
        #expect(
            config.access.connection.authorization
                == .token(type: "Bearer", credentials: .file(folder.path("token")))
        )
    }
}
