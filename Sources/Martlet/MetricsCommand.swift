import Agent
import ArgumentParser
import Config
import Glibc

/// `martlet metrics [GROUP]`.
struct MetricsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "Print one exposition of this machine's metrics.",
        discussion: """
            Takes one sample with every collector of the group and prints it in Prometheus's text \
            format. Nothing is sent anywhere and no running agent is needed.
            """,
    )

    @Argument(help: "Which metrics: node or pods.")
    var group: String = "node"

    @Option(name: .long, help: "A configuration file, for host roots and collectors.")
    var config: String?

    func run() async throws {
        let (plan, report) = AgentPlan.load(path: self.config, environment: Environment.current)
        StandardOutput.write(report.isEmpty ? "" : "\(report)\n", to: STDERR_FILENO)
        guard let plan else { throw ExitCode(1) }
        guard AgentPlan.groups.contains(self.group) else {
            let known = AgentPlan.groups.joined(separator: ", ")
            throw ValidationError("no group '\(self.group)'; there is: \(known)")
        }
        StandardOutput.write(try await plan.exposition(of: self.group))
    }
}
