import Config
import Fuzzing
import Pipeline
import Scraping
import Sinks

/// The sections with the most to read.
private struct Options: ComponentOptions {
    init(from node: inout ConfigNode) throws(ConfigError) {
        let global = try node.section("global", GlobalOptions.self, "Global.")
        _ = ScrapeJobOptions.readAll(
            &node,
            global: global,
            discoveries: [
                .discovery(FileDiscovery.self, "Files."), .discovery(HTTPDiscovery.self, "A URL."),
                .discovery(DNSDiscovery.self, "Names."),
            ],
        )
        _ = node.sections("remote_write", RemoteWriteOptions.self, "Sinks.")
        _ = try node.section("logs", "Logs.") { node throws(ConfigError) in
            _ = node.size("size", default: 1, "A size.")
            _ = node.sections("elasticsearch", ElasticsearchSink.Options.self, "Sinks.")
            _ = node.optionalSection("basic_auth", "A secret.") { node in
                _ = node.secret("password", "")
            }
        }
        node.unsupported("rule_files", "none")
    }
}

/// Configuration files, from YAML to options.
@main enum FuzzConfig {
    static func main() { fuzz(Self.test) }

    private static func test(_ input: inout FuzzInput) {
        let bytes = input.rest()
        let environment = ["NAME": "value", "EMPTY": ""]
        do {
            let document = try ConfigDocument.parse(
                bytes.span,
                file: "fuzz.yaml",
                environment: environment,
            )
            let (options, report) = ConfigLoader.read(Options.self, from: document)
            invariant((options == nil) == report.hasErrors, "errors and options disagree")
            for problem in report.problems {
                invariant(
                    problem.location.line >= 1 && problem.location.column >= 1,
                    "a problem without a place: \(problem)",
                )
                invariant(!problem.message.isEmpty, "a problem without a message")
            }
        } catch {
            invariant(!error.problem.message.isEmpty, "an error without a message")
        }
    }
}
