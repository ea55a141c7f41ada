import AgentTesting
import Codecs
import Kubernetes
import Pipeline
import Testing

@Suite(.timeLimit(.minutes(2)))
struct APIClientTests {
    private let clock = ManualClock()
    private let meters = Meters()
    private let access = ClusterAccess(server: "https://[fd00::1]:6443", connection: .init())

    private func get(
        _ answer: ScriptedServer.Answer
    ) async throws(APIFailure) -> (ReplicaSetObject, HTTPRequest) {
        let server = ScriptedServer(self.clock, [answer])
        let client = APIClient(server, version: "1.2", clock: self.clock, meters: self.meters)
        let object = try await client.get(
            ReplicaSetObject.self,
            "web-5d",
            in: "default",
            from: self.access,
            isMetadataOnly: true,
        )
        return (object, server.requests[0])
    }

    @Test func getsOneObjectsMetadata() async throws {
        let (object, request) = try await self.get(
            .init(
                200,
                """
                {"kind":"PartialObjectMetadata","metadata":{"name":"web-5d","ownerReferences":\
                [{"kind":"Deployment","name":"web","controller":true}]}}
                """,
            )
        )
        #expect(object.metadata.controller?.name == "web")
        #expect(
            request.url
                == "https://[fd00::1]:6443/apis/apps/v1/namespaces/default/replicasets/web-5d"
        )
        #expect(
            request.headers == [
                HTTPHeader(
                    "Accept",
                    "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=1,application/json",
                ), HTTPHeader("User-Agent", "martlet/1.2"),
            ]
        )
    }

    @Test(arguments: [
        (401, APIFailure.Kind.unauthorized), (403, .forbidden), (404, .missing),
        (409, .unavailable),
        (410, .expired), (422, .invalid), (429, .unavailable), (500, .unavailable),
        (302, .unavailable),
    ])
    func tellsFailuresApart(code: Int, kind: APIFailure.Kind) async {
        for body in ["", "<html>", "{\"kind\":\"Status\",\"message\":\"no\"}"] {
            let failure = await #expect(throws: APIFailure.self) {
                _ = try await self.get(.init(code, body))
            }
            #expect(failure?.kind == kind)
            #expect(failure?.description.contains("\(code)") == true)
        }
    }

    @Test func namesTheRuleForOneObject() async {
        let failure = await #expect(throws: APIFailure.self) {
            _ = try await self.get(.init(403, ""))
        }
        #expect(
            failure?.description
                == "the server answered 403; add the rule apiGroups: [\"apps\"], "
                + "resources: [replicasets], verbs: [get] in namespace default"
        )
    }

    @Test func saysThatTheServerWasRestored() async {
        let words = "Too large resource version: 90, current: 5"
        let failure = await #expect(throws: APIFailure.self) {
            _ = try await self.get(.init(504, InformerBench.status(504, words)))
        }
        #expect(failure?.kind == .expired)
    }

    @Test func reportsWhatIsNoObjectAndNoAnswer() async {
        for (answer, kind) in [
            (.init(200, "[]"), .unreadable), (.failure(.connect), .unreachable),
            (.failure(.timeout), .late), (.failure(.cut), .cut),
            (.failure(.badRequest), .unreachable), (.failure(.tooLarge), .unreadable),
        ] as [(ScriptedServer.Answer, APIFailure.Kind)] {
            let failure = await #expect(throws: APIFailure.self) { _ = try await self.get(answer) }
            #expect(failure?.kind == kind)
        }
    }
}
