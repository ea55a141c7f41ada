import AgentTesting
import Codecs
import Config
import Pipeline
import Telemetry
import Testing

@Suite struct LogNamingTests {
    private let cluster = ScriptedCluster()
    private let origin = LogOrigin(
        path: "/var/log/pods/shop_web-1_uid-1/app/2.log",
        namespace: "shop",
        pod: "web-1",
        podUID: "uid-1",
        container: "app",
        attempt: 2,
    )

    private func pod(restarts: Int = 2) -> PodObject {
        var pod = PodObject(name: "web-1", namespace: "shop")
        pod.metadata.uid = "uid-1"
        pod.metadata.labels = [.init("app", "web"), .init("app.kubernetes.io/name", "")]
        pod.metadata.annotations = [.init("a/b", "1"), .init("team", "red")]
        pod.metadata.owners = [.init(kind: "StatefulSet", name: "web")]
        pod.podIP = "10.0.0.7"
        var container = PodObject.Container()
        container.name = "app"
        container.image = "web:1"
        pod.containers = [container]
        var status = PodObject.ContainerStatus()
        status.name = "app"
        status.image = "docker.io/library/web:1"
        status.imageID = "docker.io/library/web@sha256:12"
        status.containerID = "containerd://cafe"
        status.restarts = restarts
        pod.containerStatuses = [status]
        return pod
    }

    @Test func aKnownPodNamesItsRecords() {
        self.cluster.tell(self.pod())
        let metadata = LogNaming(LogMetadataOptions(), in: self.cluster).metadata(of: self.origin)
        #expect(
            metadata
                == LogPodMetadata(
                    labels: [.init("app", "web"), .init("app.kubernetes.io/name", "")],
                    podIP: "10.0.0.7",
                    image: "docker.io/library/web:1",
                    imageID: "docker.io/library/web@sha256:12",
                    containerID: "cafe",
                    workloadKind: "StatefulSet",
                    workloadName: "web",
                )
        )
    }

    @Test func keysAreChosenByNameOrBeginning() {
        self.cluster.tell(self.pod())
        var options = LogMetadataOptions()
        options.labels = NameList(["app.*"])
        options.annotations = NameList(["team", "a/*"])
        options.hasWorkload = false
        let metadata = LogNaming(options, in: self.cluster).metadata(of: self.origin)
        #expect(metadata?.labels.map(\.key) == ["app.kubernetes.io/name"])
        #expect(metadata?.annotations.map(\.key) == ["a/b", "team"])
        #expect(metadata?.workloadName == "")
    }

    @Test func theIDIsThatOfTheAttemptOnly() {
        self.cluster.tell(self.pod(restarts: 3))
        let naming = LogNaming(LogMetadataOptions(), in: self.cluster)
        #expect(naming.metadata(of: self.origin)?.containerID == "")
    }

    @Test func aLinkWithoutUIDIsFoundByName() {
        self.cluster.tell(self.pod())
        var link = self.origin
        link.podUID = ""
        link.containerID = "beef"
        let naming = LogNaming(LogMetadataOptions(), in: self.cluster)
        #expect(naming.metadata(of: link)?.workloadName == "web")
        #expect(naming.metadata(of: link)?.containerID == "beef")
    }

    @Test func onlyPodsAreWaitedForAndOnlyInACluster() {
        let inside = LogNaming(LogMetadataOptions(), in: self.cluster)
        let outside = LogNaming(LogMetadataOptions(), in: NoNodeObjects())
        #expect(inside.wait(for: self.origin) == .seconds(2))
        #expect(inside.wait(for: LogOrigin(path: "/var/log/a.log")) == .zero)
        #expect(outside.wait(for: self.origin) == .zero)
        #expect(inside.metadata(of: self.origin) == nil)
    }
}
