import Bytes
import Codecs
import Kubernetes
import Logging
import Pipeline
import Transport

// One exposition for the command line, without a running agent.
extension AgentPlan {
    /// How long it waits for the cluster to tell of this node's pods.
    private static let patience = Duration.seconds(15)

    /// One exposition of a group of collectors, in Prometheus's text format.
    package func exposition(of group: String) async throws -> String {
        let clock = SystemClock()
        let logger = Logger(label: "martlet") { _ in
            StandardErrorLog(style: .text, level: .warning)
        }
        let context = self.context(clock: clock, meters: Meters(), logger: logger)
        guard group == "pods", self.cluster.node.isAsked else {
            return try await self.render(group, in: context)
        }
        let exchange = try CurlExchange(version: AgentVersion.number)
        let cluster = try ClusterServices(self, over: exchange, context, startJitter: .zero)
        let complete = self.context(
            clock: clock,
            meters: context.meters,
            logger: logger,
            cluster: cluster.node,
        )
        let text = try await cluster.whileKnown(
            self.cluster.node,
            within: Self.patience,
            on: clock,
        ) {
            try await self.render(group, in: complete)
        }
        await exchange.shutdown()
        return text
    }

    private func render(_ group: String, in context: ComponentContext) async throws -> String {
        let groups = try CollectorGroups.build(
            self,
            in: context,
            on: try ThreadExecutor("collectors"),
        )
        let payload = Payload(capacity: 64 << 10)
        _ = try await Expositions(groups: groups, meters: context.meters)
            .render(.group(group), as: .prometheusText, into: payload)
        return payload.bytes.text
    }
}
