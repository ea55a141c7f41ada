import AgentTesting
import Codecs
import Testing

@Suite struct ClusterObjectTests {
    private func read<Object: APIObject>(_ kind: Object.Type, _ text: String) throws -> Object {
        let bytes = Array(text.utf8)
        return try Object(json: bytes.span)
    }

    @Test func node() throws {
        let node = try self.read(
            NodeObject.self,
            #"""
            {"metadata":{"name":"n"},"spec":{"providerID":"aws://1","podCIDR":"10.0.0.0/24",
              "podCIDRs":["10.0.0.0/24","fd00::/64"],"unschedulable":true,
              "taints":[{"key":"k","value":"v","effect":"NoSchedule","timeAdded":null}]},
             "status":{"capacity":{"cpu":"2","memory":"1Ki"},"allocatable":{"cpu":"1"},
              "conditions":[{"type":"Ready","status":"Unknown","lastHeartbeatTime":null}],
              "addresses":[{"type":"InternalIP","address":"10.99.0.1"}],
              "daemonEndpoints":{"kubeletEndpoint":{"Port":10250}},
              "nodeInfo":{"kernelVersion":"6.1","osImage":"Debian","systemUUID":"s",
               "containerRuntimeVersion":"containerd://1","kubeletVersion":"v1.36.2"},
              "images":[{"names":null,"sizeBytes":1}]}}
            """#,
        )
        #expect(node.metadata.name == "n")
        #expect(node.providerID == "aws://1")
        #expect(node.podCIDR == "10.0.0.0/24")
        #expect(node.podCIDRs.count == 2)
        #expect(node.isUnschedulable)
        #expect(node.taints.map(\.effect) == ["NoSchedule"])
        #expect(node.capacity == [.init("cpu", "2"), .init("memory", "1Ki")])
        #expect(node.allocatable == [.init("cpu", "1")])
        #expect(node.conditions.map(\.status) == ["Unknown"])
        #expect(node.addresses == [.init("InternalIP", "10.99.0.1")])
        #expect(node.kubeletPort == 10250)
        #expect(node.system.kernelVersion == "6.1")
        #expect(node.system.osImage == "Debian")
        #expect(node.system.containerRuntime == "containerd://1")
        #expect(node.system.kubelet == "v1.36.2")
        #expect(node.system.systemUUID == "s")
    }

    @Test func service() throws {
        let service = try self.read(
            ServiceObject.self,
            #"""
            {"spec":{"type":"LoadBalancer","clusterIP":"10.96.0.9","externalName":"e",
              "loadBalancerIP":"1.1.1.1","ipFamilies":["IPv4","IPv6"],
              "ports":[{"name":"http","port":80,"targetPort":"web"},{"port":53,"protocol":"UDP"}]},
             "status":{"loadBalancer":{"ingress":[{"ip":"2.2.2.2"},{"hostname":"lb"}]}}}
            """#,
        )
        #expect(service.type == "LoadBalancer")
        #expect(service.clusterIP == "10.96.0.9")
        #expect(service.externalName == "e")
        #expect(service.loadBalancerIP == "1.1.1.1")
        #expect(service.ingressIPs == ["2.2.2.2", ""])
        #expect(service.ipFamilies == ["IPv4", "IPv6"])
        #expect(service.ports.map(\.number) == [80, 53])
        #expect(service.ports.map(\.protocolName) == ["TCP", "UDP"])
    }

    @Test func endpoints() throws {
        let endpoints = try self.read(
            EndpointsObject.self,
            #"""
            {"subsets":[{"addresses":[{"ip":"10.0.0.1","nodeName":"n","hostname":"h",
               "targetRef":{"kind":"Pod","namespace":"d","name":"p","uid":"u"}}],
              "notReadyAddresses":[{"ip":"10.0.0.2"}],
              "ports":[{"name":"http","port":80,"protocol":"TCP"}]},{}]}
            """#,
        )
        #expect(endpoints.subsets.count == 2)
        let subset = try #require(endpoints.subsets.first)
        #expect(subset.addresses.first?.ip == "10.0.0.1")
        #expect(subset.addresses.first?.nodeName == "n")
        #expect(subset.addresses.first?.hostname == "h")
        #expect(subset.addresses.first?.target?.kind == "Pod")
        #expect(subset.addresses.first?.target?.name == "p")
        #expect(subset.addresses.first?.target?.namespace == "d")
        #expect(subset.notReadyAddresses.map(\.ip) == ["10.0.0.2"])
        #expect(subset.notReadyAddresses.first?.target == nil)
        #expect(subset.ports.map(\.number) == [80])
    }

    @Test func `endpoint slices`() throws {
        let slice = try self.read(
            EndpointSliceObject.self,
            #"""
            {"addressType":"IPv4","ports":[{"name":"","port":80,"protocol":"TCP"},
              {"appProtocol":"h2c","port":null}],
             "endpoints":[{"addresses":["10.0.0.1"],"conditions":{"ready":true,"serving":false,
               "terminating":null},"nodeName":"n","zone":"z","hostname":"h",
               "targetRef":{"kind":"Pod","name":"p"},"deprecatedTopology":{"t":"1"}},{}]}
            """#,
        )
        #expect(slice.addressType == "IPv4")
        #expect(slice.ports.map(\.name) == ["", nil])
        #expect(slice.ports.map(\.number) == [80, nil])
        #expect(slice.ports.map(\.appProtocol) == [nil, "h2c"])
        let endpoint = try #require(slice.endpoints.first)
        #expect(endpoint.addresses == ["10.0.0.1"])
        #expect(endpoint.isReady == true)
        #expect(endpoint.isServing == false)
        #expect(endpoint.isTerminating == nil)
        #expect(endpoint.nodeName == "n")
        #expect(endpoint.zone == "z")
        #expect(endpoint.hostname == "h")
        #expect(endpoint.target?.name == "p")
        #expect(endpoint.topology == [.init("t", "1")])
        #expect(slice.endpoints.last == .init())
    }

    @Test func ingress() throws {
        let ingress = try self.read(
            IngressObject.self,
            #"""
            {"spec":{"ingressClassName":"nginx","tls":[{"hosts":["a","b"],"secretName":"s"},{}],
              "rules":[{"host":"a","http":{"paths":[{"path":"/x","pathType":"Prefix"},{}]}},{}]}}
            """#,
        )
        #expect(ingress.className == "nginx")
        #expect(ingress.tlsHosts == [["a", "b"], []])
        #expect(ingress.rules.map(\.host) == ["a", ""])
        #expect(ingress.rules.map(\.paths) == [["/x", ""], []])
    }

    @Test func `events of both APIs`() throws {
        let old = try self.read(
            EventObject.self,
            #"""
            {"metadata":{"name":"e"},"involvedObject":{"kind":"Pod","namespace":"d","name":"p",
              "uid":"u","fieldPath":"spec.containers{web}"},"reason":"BackOff","message":"m",
             "type":"Warning","count":3,"firstTimestamp":"2026-11-23T02:22:36Z",
             "lastTimestamp":"2026-11-23T02:22:37Z","eventTime":null,
             "source":{"component":"kubelet","host":"n"},"reportingComponent":"k"}
            """#,
        )
        #expect(old.subject.fieldPath == "spec.containers{web}")
        #expect(old.subject.uid == "u")
        #expect(old.reason == "BackOff")
        #expect(old.type == "Warning")
        #expect(old.count == 3)
        #expect(old.first == 1_795_400_556_000_000_000)
        #expect(old.last == 1_795_400_557_000_000_000)
        #expect(old.component == "kubelet")
        #expect(old.host == "n")
        let new = try self.read(
            EventObject.self,
            #"""
            {"eventTime":"2026-11-23T02:22:36.000001Z","firstTimestamp":null,"count":null,
             "series":{"count":7,"lastObservedTime":"2026-11-23T02:22:38.5Z"},"source":{},
             "reportingComponent":"default-scheduler","reportingInstance":"default-scheduler-n"}
            """#,
        )
        #expect(new.count == 7)
        #expect(new.first == 1_795_400_556_000_001_000)
        #expect(new.last == 1_795_400_558_500_000_000)
        #expect(new.component == "default-scheduler")
        #expect(new.host == "default-scheduler-n")
    }

    @Test func `a status says what to do`() throws {
        let text = #"""
            {"kind":"Status","apiVersion":"v1","metadata":{"continue":"t"},"status":"Failure",
             "message":"slow down","reason":"TooManyRequests","code":429,
             "details":{"kind":"pods","name":"p","retryAfterSeconds":2,"causes":[{}]}}
            """#
        let bytes = Array(text.utf8)
        let status = try StatusObject(json: bytes.span)
        #expect(status.code == 429)
        #expect(status.reason == "TooManyRequests")
        #expect(status.message == "slow down")
        #expect(status.retryAfterSeconds == 2)
        #expect(status.resource == "pods")
        #expect(status.name == "p")
        #expect(status.continueToken == "t")
        let pod = Array(#"{"kind":"Pod"}"#.utf8)
        #expect(
            throws: ObjectUnreadable("expected the kind \"Status\" at byte 8, found `\"Pod\"}`")
        ) { _ = try StatusObject(json: pod.span) }
    }

    @Test func `a bookmark has metadata only`() throws {
        let text = #"""
            {"kind":"Pod","spec":{"containers":null},"metadata":{"resourceVersion":"12",
             "annotations":{"k8s.io/initial-events-end":"true"}}}
            """#
        let bytes = Array(text.utf8)
        let metadata = try ObjectMetadata(ofObject: bytes.span)
        #expect(metadata.resourceVersion == "12")
        #expect(metadata.annotation("k8s.io/initial-events-end") == "true")
    }

    @Test(.enabled(if: KubernetesFixtures.folder != nil, "\(KubernetesFixtures.reason)"))
    func `recorded objects of every kind read`() throws {
        func check<Object: APIObject>(_ kind: Object.Type, _ path: String) throws -> [Object] {
            let objects = try Framing.list(KubernetesFixtures.bytes(path)).frames
                .map { try self.read(kind, $0) }
            #expect(!objects.isEmpty)
            for object in objects { #expect(!object.metadata.name.isEmpty) }
            return objects
        }
        let nodes = try check(NodeObject.self, "discovery/nodes.json")
        #expect(nodes.allSatisfy { $0.kubeletPort == 10250 && !$0.capacity.isEmpty })
        let services = try check(ServiceObject.self, "discovery/services.json")
        #expect(services.contains { $0.type == "ExternalName" && !$0.externalName.isEmpty })
        _ = try check(EndpointsObject.self, "discovery/endpoints.json")
        let slices = try check(EndpointSliceObject.self, "discovery/endpointslices.json")
        #expect(slices.contains { $0.endpoints.contains { $0.target?.kind == "Pod" } })
        let ingresses = try check(IngressObject.self, "discovery/ingresses.json")
        #expect(ingresses.allSatisfy { !$0.rules.isEmpty })
        let jobs = try check(JobObject.self, "discovery/jobs.json")
        #expect(jobs.contains { $0.metadata.controller?.kind == "CronJob" })
        let sets = try check(ReplicaSetObject.self, "discovery/replicasets.json")
        #expect(sets.contains { $0.metadata.controller?.kind == "Deployment" })
        _ = try check(NamespaceObject.self, "discovery/namespaces.json")
    }

    @Test(
        .enabled(if: KubernetesFixtures.folder != nil, "\(KubernetesFixtures.reason)"),
        arguments: [
            ("anonymous", 403, "Forbidden"), ("badrequest", 400, "BadRequest"),
            ("expired-continue", 410, "Expired"), ("forbidden", 403, "Forbidden"),
            ("notfound", 404, "NotFound"), ("unauthorized", 401, "Unauthorized"),
            ("lease-create-conflict", 409, "AlreadyExists"),
        ],
    )
    func `recorded errors read`(_ name: String, _ code: Int, _ reason: String) throws {
        let bytes = try KubernetesFixtures.bytes("api/\(name).json")
        let status = try StatusObject(json: bytes.span)
        #expect(status.code == code)
        #expect(status.reason == reason)
        #expect(status.continueToken.isEmpty == (name != "expired-continue"))
    }
}
