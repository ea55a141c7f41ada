import Telemetry
import Testing

@testable import LogSources

struct LogNameTests {
    @Test(arguments: [
        (
            "kube-system_coredns-5d78c9869d-abcde_0e7d1c52-98f6-43d1-8b61-3f0a5d0b7c10",
            "kube-system",
            "coredns-5d78c9869d-abcde", "0e7d1c52-98f6-43d1-8b61-3f0a5d0b7c10",
        ),
        ("default_web.example.com_uid", "default", "web.example.com", "uid"),
        // A static pod's folder has the hash of its manifest.
        ("kube-system_etcd-node1_7f1b8e2e3a", "kube-system", "etcd-node1", "7f1b8e2e3a"),
    ])
    func `a pod's folder names it`(
        _ name: String,
        _ namespace: String,
        _ pod: String,
        _ uid: String,
    )
        throws
    {
        let origin = try #require(PodLogPath.pod(folder: name))
        #expect(origin.namespace == namespace && origin.pod == pod && origin.podUID == uid)
    }

    @Test(arguments: ["", "_", "__", "a_b", "a__c", "_b_c", "a_b_", "lost+found"])
    func `another folder is none`(_ name: String) {
        #expect(PodLogPath.pod(folder: name) == nil)
    }

    @Test(arguments: [
        ("web-1_shop_app-0123456789abcdef.log", "web-1", "shop", "app", "0123456789abcdef"),
        ("web-1_shop_my-app-00ff.log", "web-1", "shop", "my-app", "00ff"),
        // Cut by the kubelet to 255 bytes: no id is left.
        ("web-1_shop_my-app.log", "web-1", "shop", "my-app", ""),
    ])
    func `a link names its container`(
        _ name: String,
        _ pod: String,
        _ namespace: String,
        _ container: String,
        _ id: String,
    ) throws {
        let origin = try #require(PodLogPath.container(link: name))
        #expect(origin.pod == pod && origin.namespace == namespace)
        #expect(origin.container == container && origin.containerID == id)
    }

    @Test(arguments: ["x.log", "a_b.log", "a_b_c.txt", "a_b_c_d.log", "__.log"])
    func `another link names none`(_ name: String) {
        #expect(PodLogPath.container(link: name) == nil)
    }

    @Test(arguments: [
        ("0.log", LogFileNames.Role.live),
        ("12.log", .live),
        ("0.log.20261123-022240", .rotated(base: "0.log")),
        ("app.log.1", .rotated(base: "app.log")),
        ("app.log-20261123", .rotated(base: "app.log")),
        ("app-1.log", .live),
        ("0.log.20261123-022240.gz", .compressed(base: "0.log")),
        ("0.log.gz", .other),
        ("0.log.20261123-022240.gz.tmp", .other),
        ("skip.log.1.gz", .other),
        ("app-2026-11-23T02-22-40.000.log", .live),
        ("0.log.20261123-022240.tmp", .other),
        ("notes.txt", .other),
        (".0.log", .other),
        ("skip.log", .other),
        ("skip.log.1", .other),
    ])
    func `a name has its role`(_ name: String, _ role: LogFileNames.Role) {
        let names = LogFileNames(include: ["*.log"], exclude: ["skip*"])
        #expect(names.role(of: name) == role)
    }

    @Test(arguments: [
        ("app.log.2", "app.log.1"), ("app.log.10", "app.log.9"), ("app.log.10.gz", "app.log.9.gz"),
        ("app.log-20261129", "app.log-20261130"), ("app.log.20261129", "app.log.20261130"),
        ("0.log.20261123-022237", "0.log.20261123-022240"),
        ("app-2026-11-23T02-22.log", "app-2026-11-23T02-23.log"),
    ])
    func `names tell which of two older files is older`(_ older: String, _ newer: String) {
        #expect(LogFileNames.isOlder(older, newer) && !LogFileNames.isOlder(newer, older))
    }
}
