import AgentTesting
import Agent
import Config
import Testing

@Suite struct AgentPlanTests {
    private func report(_ yaml: String) throws -> (isOK: Bool, text: String) {
        let folder = try TemporaryFolder()
        let path = try folder.write("martlet.yaml", yaml)
        let (plan, report) = AgentPlan.load(path: path, environment: [:])
        return (plan != nil, "\(report)".replacing(path, with: "F"))
    }

    @Test func nothingIsValid() {
        let (plan, report) = AgentPlan.load(path: nil, environment: [:])
        #expect(plan != nil)
        #expect(report.isEmpty)
    }

    @Test func namesEveryProblemAtOnce() throws {
        let result = try self.report(
            """
            server: {listen: []}
            host: {procsf: /host/proc}
            node:
              collectors:
                cpu: {info: maybe}
                nosuch: true
            agent: {drain_timeout: 20}
            """
        )
        #expect(!result.isOK)
        for part in [
            "F:1:", "server.listen", "F:2:", "host.procsf", "procfs", "F:5:",
            "node.collectors.cpu.info", "F:6:", "node.collectors.nosuch", "F:7:",
            "agent.drain_timeout",
        ] {
            #expect(result.text.contains(part), "\(part) in \(result.text)")
        }
    }

    @Test func warnsOfKeysThatAnAgentCannotHonour() throws {
        let result = try self.report("rule_files: [rules.yml]\n")
        #expect(result.isOK)
        #expect(result.text.contains("F:1:13: warning: rule_files"))
    }

    @Test func aMissingFileIsNamed() {
        let (plan, report) = AgentPlan.load(path: "/nonexistent/martlet.yaml", environment: [:])
        #expect(plan == nil)
        #expect("\(report)".contains("/nonexistent/martlet.yaml"))
    }

    @Test func oneExpositionNeedsNoRunningAgent() async throws {
        let (plan, _) = AgentPlan.load(path: nil, environment: [:])
        let text = try await #require(plan).exposition(of: "node")
        #expect(text.contains("\nnode_load1 "))
        #expect(text.contains("node_scrape_collector_success{collector=\"meminfo\"} 1"))
        #expect(!text.contains("martlet_"))
    }

    @Test func outsideAClusterThereAreNoPodsToSpeakOf() async throws {
        let (plan, _) = AgentPlan.load(path: nil, environment: [:])
        #expect(try await #require(plan).exposition(of: "pods") == "")
    }

    @Test func theReferenceNamesEveryCollector() throws {
        let text = try AgentReference.text()
        for registration in Registry.nodeCollectors {
            #expect(text.contains("node.collectors.\(registration.name)  ("))
        }
        for registration in Registry.podCollectors {
            #expect(text.contains("pods.collectors.\(registration.name)  ("))
        }
        #expect(try AgentReference.text(keysBeginningWith: "zzz").contains("no key"))
    }
}
