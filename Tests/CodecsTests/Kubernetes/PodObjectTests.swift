import AgentTesting
import Bytes
import Codecs
import Foundation
import Testing

@Suite struct PodObjectTests {
    private static let pod = #"""
        {"status":{"phase":"Running","reason":null,"hostIP":"10.0.0.1","podIP":"10.1.0.7",
          "podIPs":[{"ip":"10.1.0.7"},{"ip":"fd00::7"}],"startTime":"2026-11-23T02:22:36Z",
          "qosClass":"Burstable",
          "conditions":[null,{"type":"Ready","status":"False","reason":"ContainersNotReady",
            "lastProbeTime":null,"lastTransitionTime":"2026-11-23T03:24:41+01:00"}],
          "initContainerStatuses":[{"name":"init","restartCount":0,"ready":true,
            "state":{"terminated":{"exitCode":0,"reason":"Completed",
              "startedAt":"2026-11-23T02:22:36Z","finishedAt":null}}}],
          "containerStatuses":[{"name":"web","ready":false,"restartCount":12,"image":"r/web:1",
            "imageID":"sha256:1","containerID":"containerd://2","started":false,
            "state":{"waiting":{"message":"back-off","reason":"CrashLoopBackOff"}},
            "lastState":{"terminated":{"exitCode":137,"signal":9,"reason":"OOMKilled",
              "startedAt":"0001-01-01T00:00:00Z","finishedAt":"2026-11-23T02:22:40.5Z"}}}]},
         "spec":{"nodeName":"n1","hostNetwork":true,"restartPolicy":"Always",
          "serviceAccountName":"default","schedulerName":"default-scheduler",
          "priorityClassName":"high","runtimeClassName":"kata","overhead":{"memory":"1Mi","cpu":1},
          "tolerations":[{"operator":"Exists"},{"key":"k","operator":"Equal","value":"v",
            "effect":"NoExecute","tolerationSeconds":300}],
          "volumes":[{"name":"x","projected":{"sources":[{"a":[{}]}]}},
            {"name":"data","persistentVolumeClaim":{"claimName":"c","readOnly":true}},
            {"ephemeral":{"volumeClaimTemplate":{"name":"no"}},"name":"scratch"}],
          "initContainers":[{"name":"init","image":"r/init:1","restartPolicy":"Always"}],
          "containers":[{"name":"web","image":"r/web:1","ports":[{"containerPort":8080,
             "name":"http","protocol":"TCP"},{"containerPort":53,"protocol":"UDP","hostPort":5353}],
            "resources":{"limits":{"memory":"64Mi","cpu":"200m"},"requests":{"cpu":"10m"}}}]},
         "metadata":{"name":"web-0","namespace":"d\u00e9f\ud83d\ude00\"\\\/\t","uid":"u",
          "resourceVersion":"9","creationTimestamp":"2026-11-23T02:22:35Z",
          "deletionTimestamp":"2026-11-23T02:30:00Z","deletionGracePeriodSeconds":30,
          "labels":{"z":"1","a/b":"","z":"2"},"annotations":{"k":"{\"a\":\"\u007f\"}"},
          "ownerReferences":[{"kind":"Node","name":"n","apiVersion":"v1","uid":"1"},
           {"kind":"ReplicaSet","name":"rs","apiVersion":"apps/v1","uid":"2","controller":true}],
          "managedFields":[{"fieldsV1":{"f:a":{"k:{\"x\":\"}\"}":{}}}}]},
         "kind":"Pod","apiVersion":"v1"}
        """#

    static func read(_ text: String) throws(ObjectUnreadable) -> PodObject {
        let bytes = Array(text.utf8)
        return try PodObject(json: bytes.span)
    }

    @Test func `metadata is read with escapes, sorted labels and owners`() throws {
        let metadata = try Self.read(Self.pod).metadata
        #expect(metadata.name == "web-0")
        #expect(metadata.namespace == "déf😀\"\\/\t")
        #expect(metadata.uid == "u")
        #expect(metadata.resourceVersion == "9")
        #expect(metadata.created == 1_795_400_555)
        #expect(metadata.deleted == 1_795_401_000)
        #expect(metadata.labels == [.init("a/b", ""), .init("z", "2")])
        #expect(metadata.annotation("k") == "{\"a\":\"\u{7f}\"}")
        #expect(metadata.owners.map(\.isController) == [false, true])
        #expect(
            metadata.controller
                == .init(kind: "ReplicaSet", name: "rs", apiVersion: "apps/v1", uid: "2")
        )
    }

    @Test func `what the pod asks for is read`() throws {
        let pod = try Self.read(Self.pod)
        #expect(pod.nodeName == "n1")
        #expect(pod.usesHostNetwork)
        #expect(pod.restartPolicy == "Always")
        #expect(pod.serviceAccount == "default")
        #expect(pod.scheduler == "default-scheduler")
        #expect(pod.priorityClass == "high")
        #expect(pod.runtimeClass == "kata")
        #expect(pod.overhead == [.init("cpu", "1"), .init("memory", "1Mi")])
        #expect(pod.tolerations.map(\.comparison) == ["Exists", "Equal"])
        #expect(pod.tolerations.map(\.seconds) == [nil, 300])
        #expect(pod.claims.map(\.volume) == ["data", "scratch"])
        #expect(pod.claims.map(\.claim) == ["c", "web-0-scratch"])
        #expect(pod.claims.map(\.isReadOnly) == [true, false])
        #expect(pod.claims.map(\.isEphemeral) == [false, true])
        #expect(pod.initContainers.map(\.restartPolicy) == ["Always"])
        let web = try #require(pod.containers.first)
        #expect(web.image == "r/web:1")
        #expect(web.ports.map(\.number) == [8080, 53])
        #expect(web.ports.map(\.name) == ["http", ""])
        #expect(web.ports.map(\.protocolName) == ["TCP", "UDP"])
        #expect(web.limits == [.init("cpu", "200m"), .init("memory", "64Mi")])
        #expect(web.requests == [.init("cpu", "10m")])
    }

    @Test func `how the pod is doing is read`() throws {
        let pod = try Self.read(Self.pod)
        #expect(pod.phase == "Running")
        #expect(pod.reason == "")
        #expect(pod.podIPs == ["10.1.0.7", "fd00::7"])
        #expect(pod.started == 1_795_400_556)
        #expect(pod.conditions.map(\.reason) == ["ContainersNotReady"])
        #expect(pod.conditions.map(\.changed) == [1_795_400_681])
        let web = try #require(pod.containerStatuses.first)
        #expect(web.state == .waiting(reason: "CrashLoopBackOff"))
        #expect(web.restarts == 12)
        var last = PodObject.Termination()
        last.reason = "OOMKilled"
        last.exitCode = 137
        last.signal = 9
        last.finished = 1_795_400_560
        #expect(web.lastState == .terminated(last))
        var end = PodObject.Termination()
        end.reason = "Completed"
        end.started = 1_795_400_556
        #expect(pod.initContainerStatuses.first?.state == .terminated(end))
    }

    @Test func `an object without fields has the defaults`() throws {
        #expect(try Self.read("{}") == PodObject())
        let nulls =
            #"{"metadata":null,"spec":{"containers":null,"hostNetwork":null},"status":null}"#
        #expect(try Self.read(nulls) == PodObject())
    }

    @Test(
        arguments: [
            ("", "expected `{` at byte 0, found the end"),
            ("[]", "expected `{` at byte 0, found `[]`"),
            (#"{"metadata":[]}"#, "expected `{` at byte 12, found `[]}`"),
            (#"{"metadata":{"name":7}}"#, "expected a string at byte 20, found `7}}`"),
            (#"{"metadata":{"name":"\q"}}"#, "expected an escape at byte 22, found `q\"}}`"),
            (
                #"{"metadata":{"name":"\u12"}}"#,
                "expected four hexadecimal digits at byte 25, found `\"}}`",
            ),
            (
                "{\"metadata\":{\"name\":\"a",
                "expected the end of a string at byte 22, found the end",
            ),
            (
                #"{"metadata":{"creationTimestamp":"yesterday"}}"#,
                "expected a time such as 2006-01-02T15:04:05Z at byte 33, found `\"yesterday\"}}`",
            ),
            (#"{"spec":{"hostNetwork":1}}"#, "expected `true` or `false` at byte 23, found `1}}`"),
            (
                #"{"status":{"containerStatuses":[{"restartCount":1.5}]}}"#,
                "expected a whole number at byte 48, found `1.5}]}}`",
            ),
            (#"{"a":1} {"#, "expected the end at byte 8, found `{`"),
            (#"{"a":1,}"#, "expected a string at byte 7, found `}`"),
            (
                "{\"a\":\(String(repeating: "[", count: 65))",
                "expected at most 64 levels at byte 69, found `[`",
            ),
        ]
    )
    func `what is no pod is refused with its place`(_ text: String, _ message: String) {
        #expect(throws: ObjectUnreadable(message)) { _ = try Self.read(text) }
    }

    @Test func `no beginning of a pod is taken for one`() {
        let bytes = Array(Self.pod.utf8)
        for end in 0..<bytes.count {
            #expect(throws: ObjectUnreadable.self) {
                _ = try PodObject(json: bytes.span.extracting(0..<end))
            }
        }
    }

    @Test func `a string over the limit is refused`() {
        let long = String(repeating: "x", count: (512 << 10) + 1)
        #expect(throws: ObjectUnreadable.self) {
            _ = try Self.read(#"{"spec":{"nodeName":"\#(long)"}}"#)
        }
    }

    @Test(.enabled(if: KubernetesFixtures.folder != nil, "\(KubernetesFixtures.reason)"))
    func `recorded pods read as another reader reads them`() throws {
        for path in ["discovery/pods.json", "kubelet/pods.json", "api/pods-list.json"] {
            let bytes = try KubernetesFixtures.bytes(path)
            let list = try #require(
                JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
            )
            let items = try #require(list["items"] as? [[String: Any]])
            let pods = try Framing.list(bytes).frames.map(Self.read)
            #expect(pods.count == items.count)
            for (pod, item) in zip(pods, items) {
                func value(_ path: String) -> Any? {
                    path.split(separator: ".").reduce(item as Any?) { object, key in
                        (object as? [String: Any])?[String(key)]
                    }
                }
                func text(_ path: String) -> String { value(path) as? String ?? "" }
                func count(_ path: String) -> Int { (value(path) as? [Any])?.count ?? 0 }
                #expect(pod.metadata.name == text("metadata.name"))
                #expect(pod.metadata.uid == text("metadata.uid"))
                #expect(pod.nodeName == text("spec.nodeName"))
                #expect(pod.phase == text("status.phase"))
                #expect(pod.podIP == text("status.podIP"))
                #expect(pod.containers.count == count("spec.containers"))
                #expect(pod.initContainers.count == count("spec.initContainers"))
                #expect(pod.containerStatuses.count == count("status.containerStatuses"))
                #expect(pod.conditions.count == count("status.conditions"))
                #expect(pod.tolerations.count == count("spec.tolerations"))
            }
        }
    }
}
