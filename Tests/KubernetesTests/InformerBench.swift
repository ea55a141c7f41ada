import AgentTesting
import Bytes
import Codecs
import Kubernetes
import Logging
import Pipeline
import Synchronization

/// Informers of pods before a scripted server, with time and chance in the test's hands.
final class InformerBench: Sendable {
    let clock = ManualClock()
    let server: ScriptedServer
    let meters = Meters()
    let logs = LogLines()
    let informers: SharedInformers

    init(jitter: Duration = .zero, limits: InformerLimits = InformerLimits()) {
        self.server = ScriptedServer(self.clock)
        let logs = self.logs
        var logger = Logger(label: "test") { _ in logs }
        logger.logLevel = .info
        let context = ComponentContext(
            nodeName: "node1",
            stateDirectory: "/nowhere",
            clock: self.clock,
            meters: self.meters,
            logger: logger,
        )
        let client = APIClient(
            self.server,
            version: "1.2",
            clock: self.clock,
            meters: self.meters,
        )
        self.informers = SharedInformers(
            client,
            context,
            on: nil,
            startJitter: jitter,
            random: { 0.5 },
            limits: limits,
        )
    }

    static let access = ClusterAccess(server: "https://api", connection: HTTPConnectionSettings())

    /// The node's pods, as an agent asks for them.
    static let query = ObjectQuery(access, fieldSelector: "spec.nodeName=node1")

    /// Runs the informers while `body` does something with a lease on pods.
    func run(
        _ query: ObjectQuery = InformerBench.query,
        _ body: (InformerLease<PodObject>, Heard) async throws -> Void,
    ) async rethrows {
        let lease = self.informers.lease(PodObject.self, query)
        let heard = Heard(lease.store)
        let task = Task { await self.informers.run() }
        try await body(lease, heard)
        task.cancel()
        await task.value
    }

    /// Waits for the reflector to sleep before a try, and lets that time pass.
    func passWait(_ duration: Duration, sleepers: Int = 1) async -> Bool {
        let sleeps = await self.clock.waitForSleepers(sleepers)
        await self.clock.advance(by: duration)
        return sleeps
    }

    /// The query of a request's URL.
    func query(_ place: Int) -> String {
        let requests = self.server.requests
        guard place < requests.count else { return "no such request" }
        return String(requests[place].url.split(separator: "?").last ?? "")
    }

    /// A line of the agent's own metrics; nil when there is none.
    func metric(_ name: String) -> String? {
        var writer = MetricWriter()
        self.meters.write(into: &writer)
        var output = OutputBuffer()
        writer.render(into: &output)
        let line = output.text.split(separator: "\n").first { $0.hasPrefix("\(name) ") }
        return line.map { String($0.dropFirst(name.utf8.count + 1)) }
    }

    // What the server says.

    static func pod(_ name: String, version: Int, labels: String = "{}") -> String {
        """
        {"metadata":{"name":"\(name)","namespace":"web","uid":"\(name)",\
        "resourceVersion":"\(version)","labels":\(labels)},"spec":{},"status":{}}
        """
    }

    static func event(_ type: String, _ object: String) -> String {
        "{\"type\":\"\(type)\",\"object\":\(object)}\n"
    }

    static func bookmark(_ version: Int, isEnd: Bool = false) -> String {
        let annotation = isEnd ? "\"k8s.io/initial-events-end\":\"true\"" : ""
        return Self.event(
            "BOOKMARK",
            """
            {"kind":"Pod","metadata":{"resourceVersion":"\(version)",\
            "annotations":{\(annotation)}}}
            """,
        )
    }

    static func list(_ pods: [String], version: Int, next: String = "") -> String {
        """
        {"kind":"PodList","metadata":{"resourceVersion":"\(version)","continue":"\(next)"},\
        "items":[\(pods.joined(separator: ","))]}
        """
    }

    static func status(_ code: Int, _ message: String, details: String = "{}") -> String {
        """
        {"kind":"Status","message":"\(message)","code":\(code),"details":\(details)}
        """
    }

    /// A watch that begins with one pod, is complete at version 10 and then listens.
    static var beginning: ScriptedServer.Answer {
        .init([.send(event("ADDED", pod("a", version: 5)) + bookmark(10, isEnd: true)), .listen])
    }
}

/// What observers of pods were told, as short words.
final class Heard: Sendable {
    private let words = Mutex<[String]>([])

    init(_ store: ObjectStore<PodObject>) {
        _ = store.observe { [weak self] change in
            let word =
                switch change {
                case .updated(let pod, let previous):
                    "\(previous == nil ? "+" : "~")\(pod.metadata.name)"
                case .removed(let pod): "-\(pod.metadata.name)"
                case .synced: "synced"
                case .failed(let reason): "failed: \(reason)"
                }
            self?.words.withLock { $0.append(word) }
        }
    }

    var all: [String] { self.words.withLock { $0 } }

    /// What was told of objects: failures and their ends left out.
    var changes: [String] {
        var isSynced = false
        return self.all.filter { word in
            if word.hasPrefix("failed: ") { return false }
            defer { isSynced = isSynced || word == "synced" }
            return word != "synced" || !isSynced
        }
    }

    func eventually(_ words: [String]) async -> Bool {
        await ManualClock.eventually { self.changes == words }
    }
}

/// What was logged.
struct LogLines: LogHandler {
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
    }

    private let lines = Lines()
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info
    var all: [String] { self.lines.all.withLock { $0 } }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var metadata = self.metadata
        for (key, value) in event.metadata ?? [:] { metadata[key] = value }
        let pairs = metadata.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let line = "\(event.level): \(event.message) \(pairs.joined(separator: " "))"
        self.lines.all.withLock { $0.append(line) }
    }
}

/// Answers of observers, in order.
final class Places: Sendable {
    private let answers = Mutex<[Bool]>([])

    var all: [Bool] { self.answers.withLock { $0 } }

    func add(_ answer: Bool) { self.answers.withLock { $0.append(answer) } }
}
