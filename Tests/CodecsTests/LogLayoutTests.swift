import Codecs
import Telemetry
import Testing

struct LogLayoutTests {
    private func sample() -> LogJSONSample {
        var sample = LogJSONSample()
        sample.severity = .warning
        sample.fields = [
            LogJSONSample.text("lvl", "WARNING", .severity),
            LogJSONSample.text("tid", "0af7", .traceID),
            LogJSONSample.text("user", "ann"),
        ]
        sample.origin.attempt = 2
        sample.origin.metadata = LogPodMetadata(
            labels: [.init("app", "web"), .init("app.kubernetes.io/name", "web")],
            podIP: "10.0.0.7",
            image: "web:1",
            imageID: "web@sha256:12",
            containerID: "beef",
            workloadKind: "Deployment",
            workloadName: "web",
        )
        return sample
    }

    @Test func `the flat layout nests nothing`() {
        #expect(
            self.sample().written(in: .flat)
                == #"{"timestamp":"2023-11-14T22:13:20.123456789Z","message":"hi","#
                + #""trace_id":"0af7","level":"warn","lvl":"WARNING","user":"ann","#
                + #""stream":"stdout","namespace":"shop","pod":"web-1","pod_uid":"uid","#
                + #""container":"app","container_id":"beef","image":"web:1","#
                + #""image_id":"web@sha256:12","pod_ip":"10.0.0.7","#
                + #""workload_kind":"Deployment","workload_name":"web","label_app":"web","#
                + #""label_app_kubernetes_io_name":"web","node":"node-1"}"#
        )
    }

    @Test func `no field takes the place of a label`() {
        var sample = self.sample()
        sample.fields = [LogJSONSample.text("label_app", "x")]
        #expect(sample.written(in: .flat).contains(#""level":"warn","label_app_":"x","stream""#))
    }

    @Test func `the layout of ECS`() {
        #expect(
            self.sample().written(in: .ecs)
                == #"{"@timestamp":"2023-11-14T22:13:20.123456789Z","message":"hi","#
                + #""trace":{"id":"0af7"},"log":{"offset":4096,"level":"WARNING","#
                + #""file":{"path":"/var/log/pods/shop_web-1_uid/app/0.log"}},"user":"ann","#
                + #""stream":"stdout","kubernetes":{"namespace":"shop","#
                + #""pod":{"name":"web-1","uid":"uid","ip":"10.0.0.7"},"#
                + #""container":{"name":"app"},"node":{"name":"node-1"},"#
                + #""labels":{"app":"web","app_kubernetes_io/name":"web"},"#
                + #""deployment":{"name":"web"}},"#
                + #""container":{"id":"beef","image":{"name":"web:1"}},"#
                + #""orchestrator":{"type":"kubernetes"},"host":{"name":"node-1"},"#
                + #""ecs":{"version":"8.11.0"}}"#
        )
    }

    @Test func `the layout of OpenTelemetry`() {
        var sample = self.sample()
        sample.dedots = false
        #expect(
            sample.written(in: .otel)
                == #"{"@timestamp":"2023-11-14T22:13:20.123456789Z","body":{"text":"hi"},"#
                + #""trace_id":"0af7","severity_number":13,"severity_text":"WARNING","#
                + #""attributes":{"log.file.path":"/var/log/pods/shop_web-1_uid/app/0.log","#
                + #""log.iostream":"stdout","user":"ann"},"resource":{"attributes":{"#
                + #""host.name":"node-1","k8s.node.name":"node-1","#
                + #""k8s.namespace.name":"shop","k8s.pod.name":"web-1","k8s.pod.uid":"uid","#
                + #""k8s.container.name":"app","k8s.container.restart_count":2,"#
                + #""container.id":"beef","k8s.pod.ip":"10.0.0.7","#
                + #""container.image.name":"web:1","k8s.deployment.name":"web","#
                + #""k8s.pod.label.app":"web","#
                + #""k8s.pod.label.app.kubernetes.io/name":"web"}}}"#
        )
    }

    @Test func `severity without its program's word has ours`() {
        var sample = self.sample()
        sample.fields = []
        #expect(sample.written(in: .ecs).contains(#""level":"warn""#))
        #expect(sample.written(in: .otel).contains(#""severity_number":13,"severity_text":"WARN""#))
        sample.severity = .unknown
        for layout in LogJSON.Layout.allCases {
            #expect(!sample.written(in: layout).contains("level"))
            #expect(!sample.written(in: layout).contains("severity"))
        }
    }

    @Test func `labels that are the same without dots keep keys of their own`() {
        var sample = self.sample()
        sample.origin.metadata = LogPodMetadata(labels: [.init("a.b", "1"), .init("a_b", "2")])
        #expect(sample.written(in: .kubernetes).contains(#""labels":{"a_b":"1","a_b_":"2"}"#))
        sample.dedots = false
        #expect(sample.written(in: .kubernetes).contains(#""labels":{"a.b":"1","a_b":"2"}"#))
    }

    @Test(arguments: LogJSON.Layout.allCases)
    func `files outside of pods are named too`(_ layout: LogJSON.Layout) {
        var sample = LogJSONSample()
        sample.origin = LogOrigin(path: "/var/log/\"x\".log")
        sample.stream = .unknown
        let written = sample.written(in: layout)
        #expect(written.contains(#":"/var/log/\"x\".log""#))
        #expect(written.contains(#":"node-1""#))
        #expect(!written.contains("kubernetes") && !written.contains("k8s"))
        #expect(!written.contains("stdout"))
    }
}
