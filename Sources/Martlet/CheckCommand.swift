import Agent
import ArgumentParser
import Config
import Glibc

/// `martlet check FILE`.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say everything that is wrong with a configuration file.",
        discussion: """
            Runs what `martlet run` runs before it opens anything: a file that checks also starts. \
            Problems go to standard error as FILE:LINE:COLUMN: error: KEY: MESSAGE. The exit status \
            is 0 when there are no errors (warnings are allowed) and 1 otherwise.
            """,
    )

    @Argument(help: "The configuration file.", completion: .file())
    var file: String

    func run() throws {
        let (plan, report) = AgentPlan.load(path: self.file, environment: Environment.current)
        StandardOutput.write(report.isEmpty ? "" : "\(report)\n", to: STDERR_FILENO)
        if plan == nil { throw ExitCode(1) }
        StandardOutput.write("\(self.file): ok\n")
    }
}
