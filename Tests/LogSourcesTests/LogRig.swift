import AgentTesting
import Config
import Glibc
import Logging
import Pipeline
import Synchronization
import Testing

@testable import LogSources

/// Log collection as a whole over a folder of its own, delivering to a `LineReceiver`.
final class LogRig: Sendable {
    let folder: String
    let meters = Meters()
    let messages = Mutex<[String]>([])
    /// What the cluster says of this node.
    let cluster: any NodeObjects
    private let clock: any AgentClock

    init(
        in cluster: any NodeObjects = NoNodeObjects(),
        clock: any AgentClock = SystemClock(),
    ) throws {
        self.cluster = cluster
        self.clock = clock
        var template = Array("/tmp/martlet-logs-XXXXXX".utf8CString)
        let made = unsafe mkdtemp(&template)
        let path = try #require(unsafe made.map { unsafe String(cString: $0) })
        self.folder = path
        self.makeFolder("pods")
    }

    deinit {
        _ = unsafe system("rm -rf \(self.folder)")
    }

    var pods: String { "\(self.folder)/pods" }
    var state: String { "\(self.folder)/state" }

    /// One life of the agent.
    func start(
        _ receivers: [(String, LineReceiver)],
        maxRequestBytes: Int = 64 << 10,
        rules: [LogRuleOptions] = [],
        options change: (inout LogFileOptions) -> Void = { _ in },
        logs changeLogs: (inout LogsOptions) -> Void = { _ in },
    ) throws -> LogLife {
        var options = KubernetesLogSource.Options()
        options.files = LogFileOptions(path: self.pods)
        options.files.rotateWait = .milliseconds(100)
        options.files.rescanInterval = .milliseconds(200)
        change(&options.files)
        let built = options
        let source = LogComponent<any LogSource>(name: "pods", type: "kubernetes") {
            context throws(ConfigError) in try KubernetesLogSource(built, in: context)
        }
        return try LogLife(
            [source],
            receivers,
            maxRequestBytes: maxRequestBytes,
            rules: rules,
            state: self.state,
            context: self.context(as: "pods"),
            change: changeLogs,
        )
    }

    /// The source of plain files, as a configuration file has it, with further keys.
    func plainSource(rescan: Int = 1, _ keys: String = "") -> String {
        "[{name: plain, type: file, path: \"\(self.folder)/plain\", rotate_wait: 1s, "
            + "rescan_interval: \(rescan)s\(keys)}]"
    }

    /// A life with sources as a configuration file has them.
    func start(_ receiver: LineReceiver, sources: String) throws -> LogLife {
        try LogLife(
            try #require(try self.read(sources: sources)?.sources),
            [("sink", receiver)],
            maxRequestBytes: 64 << 10,
            state: self.state,
            context: self.context(),
        )
    }

    /// Sources as a configuration file has them; nil when the check refuses them.
    func read(sources: String) throws -> LogsOptions? {
        let document = try ConfigDocument.parse("sources: \(sources)")
        let (options, _) = ConfigLoader.read(from: document) { node throws(ConfigError) in
            try LogsOptions(
                from: &node,
                types: LogsOptions.Types(
                    sources: [
                        .source(FileLogSource.self, "Files."),
                        .source(KubernetesLogSource.self, "Containers."),
                        .source(KubernetesEventSource.self, "Events."),
                        .source(PodVolumeLogSource.self, "Volumes."),
                        .source(AuditLogSource.self, "Audit."),
                    ],
                    sinks: [],
                ),
            )
        }
        return options
    }

    /// A life that joins lines as the rules say.
    func start(_ receiver: LineReceiver, rules: String) throws -> LogLife {
        try self.start([("sink", receiver)], rules: self.rules(rules))
    }

    /// Rules as a configuration file has them.
    func rules(_ rules: String) throws -> [LogRuleOptions] {
        let document = try ConfigDocument.parse("rules: \(rules)")
        let (options, report) = ConfigLoader.read(from: document) { node throws(ConfigError) in
            try LogsOptions(from: &node, types: LogsOptions.Types(sources: [], sinks: []))
        }
        return try #require(options?.rules, "\(report)")
    }

    func start(_ receiver: LineReceiver, maxRequestBytes: Int = 64 << 10) throws -> LogLife {
        try self.start([("sink", receiver)], maxRequestBytes: maxRequestBytes)
    }

    /// What finds the pods' files without being told of changes; its name is `blind`.
    func blindDriver(rescanInterval: Duration) -> LogFileDriver {
        var options = LogFileOptions(path: self.pods)
        options.rescanInterval = rescanInterval
        return LogFileDriver(
            .init(options: options, layout: .kubernetes, format: .runtime, isWatching: false),
            self.context(as: "blind"),
        )
    }

    /// What a component of that name is handed.
    func context(as name: String = "") -> ComponentContext {
        var logger = Logger(label: "test") { _ in MessageKeeper(rig: self) }
        logger.logLevel = .info
        var context = ComponentContext(
            nodeName: "node-1",
            stateDirectory: self.state,
            clock: self.clock,
            meters: self.meters,
            logger: logger,
        )
        context.cluster = self.cluster
        context.componentName = name
        return context
    }

    func makeFolder(_ name: String) {
        _ = unsafe system("mkdir -p \(self.folder)/\(name)")
    }

    func run(_ command: String) {
        #expect(unsafe system("cd \(self.folder) && \(command)") == 0, "\(command)")
    }

    /// How many messages have the text.
    func told(_ text: String) -> Int {
        self.messages.withLock { $0.filter { $0.contains(text) }.count }
    }

    /// Appends a line to a file, which may have to be made.
    func append(_ line: String, to file: String) {
        let flags = O_WRONLY | O_CREAT | O_APPEND
        let descriptor = unsafe open("\(self.folder)/\(file)", flags, 0o644)
        defer { close(descriptor) }
        let bytes = Array("\(line)\n".utf8)
        #expect(unsafe write(descriptor, bytes, bytes.count) == bytes.count)
    }

    func counter(_ name: String, _ labels: [MeterLabel]) -> Int {
        self.meters.counter(name, "", labels).value
    }
}

/// Keeps messages for a test to look at.
private struct MessageKeeper: LogHandler {
    let rig: LogRig
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    init(rig: LogRig) { self.rig = rig }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        self.rig.messages.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") }
    }
}

/// A pipeline while it runs.
final class LogLife: Sendable {
    let pipeline: LogPipeline
    private let task: Task<Void, Never>

    init(
        _ sources: [LogComponent<any LogSource>],
        _ receivers: [(String, LineReceiver)],
        maxRequestBytes: Int,
        rules: [LogRuleOptions] = [],
        state: String,
        context: ComponentContext,
        change: (inout LogsOptions) -> Void = { _ in },
    ) throws {
        var sink = LineSink(maxRequestBytes: maxRequestBytes)
        sink.delivery.maxRequestBytes = maxRequestBytes
        let line = sink
        let exchange = ExchangeByName(receivers: Dictionary(uniqueKeysWithValues: receivers))
        let sinks = receivers.map { name, _ in
            LogComponent<any LogSink>(name: name, type: "line") { _ throws(ConfigError) in
                NamedSink(name: name, inner: line)
            }
        }
        var options = LogsOptions(stateDirectory: state, sources: sources, sinks: sinks)
        options.rules = rules
        change(&options)
        let pipeline = try LogPipeline(options, in: context)
        self.pipeline = pipeline
        self.task = Task { try? await pipeline.run(over: exchange) }
    }

    /// An orderly stop.
    func stop() async {
        self.pipeline.stop()
        await self.task.value
    }

    /// The end on SIGTERM: what was written is read and delivered first.
    func finish() async {
        self.pipeline.finish()
        await self.task.value
    }

    /// Gives up requests under way.
    func abort() async {
        self.task.cancel()
        await self.task.value
    }

    /// Whether every account adds up.
    var addsUp: Bool { self.pipeline.ledger.rows.allSatisfy { $0.total.addsUp } }
}

/// Waits for something to become true; fails the test when it does not.
func eventually(
    _ what: String,
    within seconds: Double = 20,
    location: SourceLocation = #_sourceLocation,
    _ condition: () -> Bool,
) async {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < deadline {
        if condition() { return }
        try? await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("never: \(what)", sourceLocation: location)
}

/// Expects the same lines, each as often, in any order; says what is missing and what too many.
func expectSame(
    _ arrived: [String],
    _ written: [String],
    location: SourceLocation = #_sourceLocation,
) {
    var counts: [String: Int] = [:]
    for line in arrived { counts[line, default: 0] += 1 }
    for line in written { counts[line, default: 0] -= 1 }
    let missing = counts.filter { $0.value < 0 }.keys.sorted().prefix(5)
    let surplus = counts.filter { $0.value > 0 }.keys.sorted().prefix(5)
    #expect(Array(missing) == [], "missing", sourceLocation: location)
    #expect(Array(surplus) == [], "too many", sourceLocation: location)
}
