import Codecs
import Pipeline
import Scraping
import Telemetry

/// The agent's own expositions as scrape jobs, named so that existing rules and dashboards find them.
enum SelfTargets {
    /// An exposition of this process, scraped in memory.
    private struct Source: ExpositionSource {
        let selection: Expositions.Selection
        let expositions: @Sendable () async -> Expositions

        func exposition(into payload: Payload) async throws {
            _ = try await self.expositions()
                .render(self.selection, as: .prometheusText, into: payload)
        }
    }

    /// One job for each exposition; none when they are switched off or nobody would receive them,
    /// and none for pods outside a cluster.
    static func jobs(
        _ plan: AgentPlan,
        isInCluster: Bool,
        expositions: @escaping @Sendable () async -> Expositions,
    ) -> [ScrapeJob] {
        guard let options = plan.options.selfScrape, !plan.options.remoteWrite.isEmpty else {
            return []
        }
        var targets: [(job: String, path: String, selection: Expositions.Selection)] = [
            (options.nodeJob, "/metrics/node", .group("node")),
            (options.agentJob, "/metrics/agent", .agent),
        ]
        if isInCluster { targets.append((options.podsJob, "/metrics/pods", .group("pods"))) }
        return targets.map { target in
            var job = ScrapeJobOptions(target.job, global: plan.options.global)
            if let interval = options.interval {
                job.interval = interval
                job.timeout = min(job.timeout, interval)
            }
            job.metricsPath = target.path
            // The agent's own names may carry any label; what it exports is not cut.
            job.limits = ScrapeLimits()
            // What a series says of a pod or a container is about that, not about this agent.
            job.series.honorLabels = target.selection == .group("pods")
            return ScrapeJob(
                job,
                internalTargets: [
                    InternalTarget(
                        labels: [
                            "__address__": "martlet", "instance": plan.nodeName,
                        ],
                        source: Source(selection: target.selection, expositions: expositions),
                    )
                ],
            )
        }
    }
}
