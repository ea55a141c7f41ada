import Agent
import ArgumentParser
import Config
import Glibc

/// `martlet run`.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the agent until it is told to stop.",
        discussion: """
            SIGTERM and SIGINT stop it: it drains for at most agent.drain_timeout and exits with 0. \
            SIGHUP, or a change of the file, applies the configuration anew; one with errors is \
            refused and the old one goes on. Under systemd it reports readiness and feeds the \
            watchdog (Type=notify-reload).
            """,
    )

    @Option(name: .long, help: "The configuration file; built-in defaults without one.")
    var config: String?

    func run() async throws {
        let (plan, report) = AgentPlan.load(path: self.config, environment: Environment.current)
        guard let plan else {
            StandardOutput.write("\(report)\n", to: STDERR_FILENO)
            throw ExitCode(1)
        }
        let agent = AgentProcess(
            plan: plan,
            configurationPath: self.config,
            environment: Environment.current,
            warnings: report.warnings,
        )
        do {
            try await agent.run()
        } catch {
            StandardOutput.write("martlet: \(error)\n", to: STDERR_FILENO)
            throw ExitCode(1)
        }
    }
}
