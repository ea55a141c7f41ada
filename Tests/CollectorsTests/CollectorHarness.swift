import Bytes
import Codecs
import Collectors
import Config
import Host
import Logging
import Pipeline

/// What a collector made of one round, as a user would see it.
struct Round {
    /// The exposition in text format.
    let text: String
    /// The error that ended the round.
    let error: CollectError?

    /// The samples without the HELP and TYPE lines.
    var samples: [String] {
        self.text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
    }
}

/// A collector under test, which may be asked several times.
struct CollectorHarness<C: Collector & ~Copyable>: ~Copyable {
    private var collector: C
    private var writer = MetricWriter()

    /// Builds the collector of its options in YAML.
    init(
        _: C.Type,
        _ yaml: String = "{}",
        roots: HostRoots = HostRoots(),
        cluster: any NodeObjects = NoNodeObjects(),
    ) throws {
        let document = try ConfigDocument.parse(yaml)
        let (options, report) = ConfigLoader.read(C.Options.self, from: document)
        guard let options else { throw BadOptions(description: "\(report)") }
        var context = testContext(roots)
        context.cluster = cluster
        self.collector = try C(options, in: context)
    }

    /// Takes one sample.
    mutating func collect() -> Round {
        self.writer.reset()
        var failure: CollectError?
        do {
            try self.collector.collect(into: &self.writer)
        } catch {
            failure = error
        }
        var output = OutputBuffer()
        self.writer.render(into: &output)
        return Round(text: output.text, error: failure)
    }
}

/// Options that the configuration layer refused.
struct BadOptions: Error, CustomStringConvertible {
    let description: String
}

/// One round of a fresh collector.
func collect<C: Collector & ~Copyable>(
    _ type: C.Type,
    _ yaml: String = "{}",
    roots: HostRoots,
) throws -> Round {
    var harness = try CollectorHarness(type, yaml, roots: roots)
    return harness.collect()
}

/// A context without an agent around it.
func testContext(_ roots: HostRoots = HostRoots()) -> ComponentContext {
    ComponentContext(
        roots: roots,
        nodeName: "node-1",
        stateDirectory: "/nonexistent",
        clock: SystemClock(),
        meters: Meters(),
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
    )
}
