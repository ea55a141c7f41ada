import ArgumentParser

/// The program: its commands, one file each.
@main
struct MartletCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet",
        abstract: "One agent per node: its metrics and logs, forwarded to where you keep them.",
        discussion: """
            Without any configuration, `martlet run` reads this machine's metrics and container \
            logs and serves a page and /metrics on http://127.0.0.1:9470/.

            A Prometheus configuration file is a valid Martlet configuration. `martlet reference` \
            prints every key with its type and default; `martlet check FILE` says what is wrong \
            with a file, all of it at once, with line and column.
            """,
        subcommands: [
            RunCommand.self, CheckCommand.self, MetricsCommand.self, TapCommand.self,
            ReferenceCommand.self, VersionCommand.self,
        ],
    )
}
