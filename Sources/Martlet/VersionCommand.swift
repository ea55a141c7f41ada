import Agent
import ArgumentParser

/// `martlet version`.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "Print the version.",
    )

    func run() throws {
        StandardOutput.write("martlet \(AgentVersion.number)\n")
    }
}
