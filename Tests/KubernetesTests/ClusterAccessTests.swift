import AgentTesting
import Config
import Kubernetes
import Pipeline
import Testing

struct ClusterAccessTests {
    @Test func slashesBehindAServerMakeNoOtherServer() {
        let plain = ClusterAccess(server: "https://api:6443", connection: .init())
        #expect(ClusterAccess(server: "https://api:6443//", connection: .init()) == plain)
    }

    @Test(arguments: [
        ("10.96.0.1", "443", "https://10.96.0.1:443"),
        ("fd00:10:96::1", "6443", "https://[fd00:10:96::1]:6443"),
        ("[fd00::1]", "443", "https://[fd00::1]:443"),
        ("kubernetes.default.svc", "443", "https://kubernetes.default.svc:443"),
    ])
    func isThatOfThePod(host: String, port: String, server: String) throws {
        let environment = [
            "KUBERNETES_SERVICE_HOST": host, "KUBERNETES_SERVICE_PORT": port,
        ]
        let access = try ClusterAccess.inCluster(environment: environment, folder: "/account")
        #expect(access.server == server)
        #expect(access.connection.tls.ca == .file("/account/ca.crt"))
        #expect(
            access.connection.authorization
                == .token(type: "Bearer", credentials: .file("/account/token"))
        )
    }

    @Test(arguments: [
        ([:], "found neither"),
        (["KUBERNETES_SERVICE_HOST": "10.96.0.1"], "found one of them"),
        (["KUBERNETES_SERVICE_HOST": "", "KUBERNETES_SERVICE_PORT": "443"], "one of them"),
        (
            ["KUBERNETES_SERVICE_HOST": "a", "KUBERNETES_SERVICE_PORT": "tcp://a:443"],
            "found 'tcp://a:443'",
        ),
    ])
    func needsAPodsEnvironment(environment: [String: String], reason: String) {
        let error = #expect(throws: AccessError.self) {
            _ = try ClusterAccess.inCluster(environment: environment)
        }
        #expect(error?.description.contains(reason) == true)
    }

    @Test func knowsThePodsNamespace() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: AccessError.self) {
            _ = try ClusterAccess.ownNamespace(folder: folder.path)
        }
        #expect(error?.description.contains("\(folder.path)/namespace") == true)
        try folder.write("namespace", "monitoring\n")
        #expect(try ClusterAccess.ownNamespace(folder: folder.path) == "monitoring")
        try folder.write("namespace", "\n")
        #expect(throws: AccessError.self) {
            _ = try ClusterAccess.ownNamespace(folder: folder.path)
        }
    }
}
