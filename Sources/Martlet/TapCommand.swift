import Agent
import ArgumentParser
import Glibc

/// `martlet tap`.
struct TapCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tap",
        abstract: "Print log records as they pass through a running agent.",
        discussion: """
            What is printed is what a sink would be sent, after lines were joined and rules applied. \
            Delivery never waits for it: records that come faster than they are printed are left \
            out, and a line says how many. Options may be given several times; `*` is any text.
            """,
    )

    @Option(name: .long, help: "The agent's address: HOST:PORT or unix:PATH.")
    var address: String = TapClient.defaultAddress

    @Option(name: .long, help: "Namespaces.")
    var namespace: [String] = []

    @Option(name: .long, help: "Names of pods.")
    var pod: [String] = []

    @Option(name: .long, help: "Names of containers.")
    var container: [String] = []

    @Option(name: .long, help: "Outputs: stdout or stderr.")
    var stream: [String] = []

    @Option(name: .long, help: "A regular expression (RE2) that must be found in a record's body.")
    var match: String?

    @Option(name: .long, help: "After how many records to end.")
    var limit: Int?

    @Option(name: .long, help: "How records are printed: text or json.")
    var format: String = "text"

    @Option(name: .long, help: "The names of the fields in JSON, as in logs.sinks.")
    var fields: String?

    func run() async throws {
        var client = TapClient(address: self.address)
        client.parameters.append(("format", self.format))
        for (name, values) in [
            ("namespace", self.namespace), ("pod", self.pod), ("container", self.container),
            ("stream", self.stream),
        ] {
            for value in values { client.parameters.append((name, value)) }
        }
        if let match { client.parameters.append(("match", match)) }
        if let limit { client.parameters.append(("limit", "\(limit)")) }
        if let fields { client.parameters.append(("fields", fields)) }
        do {
            try await client.run(writingTo: STDOUT_FILENO)
        } catch {
            StandardOutput.write("martlet: \(error)\n", to: STDERR_FILENO)
            throw ExitCode(1)
        }
    }
}
