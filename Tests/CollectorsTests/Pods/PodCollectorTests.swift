import Codecs
import Collectors
import Pipeline
import Testing

/// Against the series that kube-state-metrics 2.20 makes of the same pods.
@Suite struct PodCollectorTests {
    static let pod = #"""
        {"metadata":{"name":"p","namespace":"d","uid":"u","creationTimestamp":"2026-11-23T02:22:36Z",
          "deletionTimestamp":"2026-11-23T02:23:36Z",
          "labels":{"app":"web","app.kubernetes.io/partOf":"x","a-b":"1","a_b":"2"},
          "annotations":{"note":"say \"hi\""},
          "ownerReferences":[{"kind":"ReplicaSet","name":"rs","controller":true},
           {"kind":"Other","name":"o"}]},
         "spec":{"nodeName":"n","hostNetwork":true,"restartPolicy":"Always","priorityClassName":"high",
          "serviceAccountName":"sa","schedulerName":"default-scheduler","runtimeClassName":"kata",
          "overhead":{"cpu":"250m","memory":"120Mi"},
          "tolerations":[{"key":"k","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},
           {"operator":"Exists"},{"operator":"Exists"}],
          "volumes":[{"name":"v","persistentVolumeClaim":{"claimName":"c","readOnly":true}},
           {"name":"e","ephemeral":{}}],
          "initContainers":[{"name":"i","image":"init:1","restartPolicy":"Always",
            "resources":{"requests":{"cpu":"1"}}}],
          "containers":[{"name":"c","image":"web:1","resources":{
            "requests":{"cpu":"250m","memory":"64Mi","nvidia.com/gpu":"2","ephemeral-storage":"1G",
             "hugepages-2Mi":"4Mi","pods":"3","kubernetes.io/batch":"1"},
            "limits":{"cpu":"100n","attachable-volumes-aws-ebs":"39"}}}]},
         "status":{"phase":"Running","hostIP":"10.0.0.1","podIP":"10.1.0.1","qosClass":"Burstable",
          "reason":"Odd","podIPs":[{"ip":"10.1.0.1"},{"ip":"fd00::1"}],
          "startTime":"2026-11-23T02:22:37Z",
          "conditions":[{"type":"Ready","status":"False","lastTransitionTime":"2026-11-23T02:22:38Z"},
           {"type":"Initialized","status":"True","lastTransitionTime":"2026-11-23T02:22:39Z"},
           {"type":"PodScheduled","status":"True","lastTransitionTime":"2026-11-23T02:22:40Z"},
           {"type":"DisruptionTarget","status":"True","reason":"EvictionByEvictionAPI"}],
          "initContainerStatuses":[{"name":"i","ready":true,"restartCount":0,"image":"init:1",
            "imageID":"sha256:2","containerID":"containerd://3",
            "state":{"running":{"startedAt":"2026-11-23T02:22:41Z"}}}],
          "containerStatuses":[{"name":"c","ready":false,"restartCount":7,"image":"docker.io/web:1",
            "imageID":"sha256:1","containerID":"containerd://2",
            "state":{"waiting":{"reason":"CrashLoopBackOff"}},
            "lastState":{"terminated":{"exitCode":137,"reason":"OOMKilled",
             "startedAt":"2026-11-23T02:22:42Z","finishedAt":"2026-11-23T02:22:43Z"}}}]}}
        """#
    private static let done = #"""
        {"metadata":{"name":"j","namespace":"d","uid":"w"},"status":{"phase":"Failed",
          "reason":"Evicted","conditions":[{"type":"PodScheduled","status":"False",
            "reason":"Unschedulable","lastTransitionTime":"2026-11-23T02:22:36Z"}],
          "containerStatuses":[{"name":"x","state":{"terminated":{"exitCode":0,"reason":"Completed",
             "startedAt":"2026-11-23T02:22:37Z","finishedAt":"2026-11-23T02:22:38Z"}}},
           {"name":"y","state":{"terminated":{"exitCode":0,"finishedAt":"2026-11-23T02:22:37Z"}}}]}}
        """#

    private static let id = #"namespace="d",pod="p",uid="u""#
    private static let doneID = #"namespace="d",pod="j",uid="w""#

    private func samples<C: Collector & ~Copyable>(
        _ type: C.Type,
        _ yaml: String = "{}",
    ) throws -> [String] {
        try collect(type, yaml, cluster: KnownObjects(pods: [Self.pod, Self.done])).samples
    }

    @Test func print1() throws {
        let c = try KnownObjects(pods: [Self.pod, Self.done])
        print(try collect(PodInfoCollector.self, cluster: c).text)
        print(try collect(PodStatusCollector.self, cluster: c).text)
        print(try collect(PodContainerCollector.self, cluster: c).text)
        print(try collect(PodResourceCollector.self, cluster: c).text)
        print(try collect(PodVolumeCollector.self, cluster: c).text)
        print(try collect(PodTolerationCollector.self, cluster: c).text)
        print(try collect(LabelCollector.self, "{pods: ['*']}", cluster: c).text)
        print(try collect(AnnotationCollector.self, "{pods: ['no*']}", cluster: c).text)
    }
}
