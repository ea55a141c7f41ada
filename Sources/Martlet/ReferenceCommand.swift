import Agent
import ArgumentParser

/// `martlet reference`.
struct ReferenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reference",
        abstract: "Print every configuration key with its type, default and meaning.",
    )

    @Argument(help: "Only keys that begin with this, such as logs.sinks.")
    var prefix: String?

    func run() throws {
        StandardOutput.write(try AgentReference.text(keysBeginningWith: self.prefix ?? ""))
    }
}
