import Codecs
import Pipeline
import Telemetry
import Testing

/// What annotations of pods mean for their logs.
@Suite struct LogDirectivesTests {
    private func directives(
        _ annotations: KeyValuePairs<String, String>,
        labels: [ObjectMetadata.Pair] = [],
        container: String = "app",
    ) -> LogDirectives {
        var pod = PodObject(name: "web-1", namespace: "shop")
        pod.metadata.annotations = annotations.map { .init($0.key, $0.value) }
        pod.metadata.labels = labels
        return LogDirectives(of: pod, container: container)
    }

    @Test func nothingIsAskedByDefault() {
        #expect(self.directives(["team": "red"]) == LogDirectives())
    }

    @Test func aContainersOwnKeyWins() {
        let annotations: KeyValuePairs = [
            "martlet.dev/exclude": "true", "martlet.dev/exclude-app": "false",
        ]
        #expect(self.directives(annotations).excluded == [])
        #expect(self.directives(annotations, container: "sidecar").excluded == .all)
    }

    @Test func oneOutputCanBeLeftOut() {
        #expect(self.directives(["fluentbit.io/exclude_stderr": "True"]).excluded == .stderr)
        #expect(self.directives(["fluentbit.io/exclude_stdout-app": "on"]).excluded == .stdout)
        #expect(self.directives(["fluentbit.io/exclude": "1"]).excluded == [])
    }

    @Test func ourKeysWinOverFluentBits() {
        let found = self.directives([
            "fluentbit.io/exclude": "true", "martlet.dev/exclude_stdout": "no",
            "fluentbit.io/parser": "nginx", "martlet.dev/parse_stderr": "klog",
        ])
        #expect(found.excluded == [.stderr, LogStreams(.unknown)])
        #expect(found.parsers == [.stdout: "nginx", .stderr: "klog", .unknown: "nginx"])
    }

    @Test func vectorsWordsLeaveOut() {
        let label = ObjectMetadata.Pair("vector.dev/exclude", "true")
        #expect(self.directives([:], labels: [label]).excluded == .all)
        let named: KeyValuePairs = ["vector.dev/exclude-containers": "proxy , app"]
        #expect(self.directives(named).excluded == .all)
        #expect(self.directives(named, container: "web").excluded == [])
    }

    @Test func weightsHaveBounds() {
        #expect(self.directives(["martlet.dev/weight": "4"]).weight == 4)
        #expect(self.directives(["martlet.dev/weight": "-3"]).weight == 1)
        #expect(self.directives(["martlet.dev/weight": "1000000"]).weight == 100)
        #expect(self.directives(["martlet.dev/weight": "heavy"]).weight == 1)
    }
}
