import AgentTesting
import Bytes
import Logging
import Pipeline
import Sinks
import Synchronization
import Telemetry
import Testing

/// A receiver that is there or not, and what it has taken.
final class SwitchedReceiver: HTTPExchange {
    private struct State {
        var isThere: Bool
        var attempts = 0
        var taken: [[UInt8]] = []
    }

    private let state: Mutex<State>

    init(isThere: Bool) { self.state = Mutex(State(isThere: isThere)) }

    var attempts: Int { self.state.withLock(\.attempts) }

    func set(_ isThere: Bool) { self.state.withLock { $0.isThere = isThere } }

    /// What was taken, in the order of arrival.
    var samples: [DecodedWriteRequest.Sample] {
        self.state.withLock(\.taken).flatMap { DecodedWriteRequest(compressed: $0)?.samples ?? [] }
    }

    /// The times of the requests that were taken, in the order of arrival.
    var times: [Int64] {
        self.state.withLock(\.taken).compactMap {
            DecodedWriteRequest(compressed: $0)?.samples.first?.time
        }
    }

    func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
        let body = request.body?.bytes.array ?? []
        let isTaken = self.state.withLock { state in
            state.attempts += 1
            if state.isThere { state.taken.append(body) }
            return state.isThere
        }
        if !isTaken { throw HTTPFailure(.connect, "refused") }
        return HTTPResponse(status: 204, headers: [], body: Payload(""))
    }
}

/// Keeps what was logged.
struct KeptLog: LogHandler {
    final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { self.lines.withLock { $0 } }
        func append(_ line: String) { self.lines.withLock { $0.append(line) } }
    }

    let lines = Lines()
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.notice

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let details = event.metadata?.map { "\($0)=\($1)" }.sorted().joined(separator: " ") ?? ""
        self.lines.append("\(event.level): \(event.message) \(details)")
    }
}

/// A driver with its queue in a folder of the test; several of them, one after the other, are an
/// agent that is started again.
struct DiskBench {
    let receiver: SwitchedReceiver
    let folder: TemporaryFolder
    let clock: ManualClock
    let meters = Meters()
    let log = KeptLog()
    let driver: MetricSinkDriver

    init(
        _ receiver: SwitchedReceiver,
        _ folder: TemporaryFolder,
        clock: ManualClock = ManualClock(),
        _ change: (inout MetricQueueOptions) -> Void = { _ in },
    ) {
        var options = RemoteWriteOptions(url: "http://receiver/write", name: "r")
        options.queue.maxSamplesPerSend = 5
        options.queue.minBackoff = .seconds(1)
        options.queue.maxBackoff = .seconds(1)
        change(&options.queue)
        self.receiver = receiver
        self.folder = folder
        self.clock = clock
        let log = self.log
        self.driver = MetricSinkDriver(
            remoteWrite: options,
            version: "1.2.3",
            exchange: receiver,
            context: ComponentContext(
                nodeName: "node",
                stateDirectory: folder.path,
                clock: clock,
                meters: self.meters,
                logger: Logger(label: "test") { _ in log },
            ),
        )
    }

    /// The segments on disk.
    var segments: [String] { self.folder.files().filter { $0.hasSuffix(".blocks") } }

    /// Whether every sample that came has left through one door or waits.
    var addsUp: Bool {
        let counts = self.driver.counts
        return counts.ledger.remaining == counts.pending
    }

    /// Hands over full requests of one target, at times in milliseconds.
    func receive(_ times: ClosedRange<Int64>, source: UInt64 = 0) {
        for time in times {
            RemoteWriteBench.receive(5, at: time, source: source, by: self.driver)
        }
    }

    func waitUntil(_ condition: @Sendable (MetricSinkCounts) -> Bool) async -> Bool {
        await ManualClock.eventually { condition(self.driver.counts) }
    }

    /// A counter of the queue on disk.
    func disk(_ name: String) -> Int {
        self.meters.counter("martlet_remote_write_disk_" + name, "", Self.labels).value
    }

    static let labels = [
        MeterLabel("remote_name", "r"), MeterLabel("url", "http://receiver/write"),
    ]

    /// Runs the driver for as long as `body` does, while its books are checked all the time.
    func running(_ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while !Task.isCancelled {
                    #expect(self.addsUp, "\(self.driver.counts)")
                    await ManualClock.letOthersRun()
                }
            }
            group.addTask { await self.driver.run() }
            #expect(await self.clock.waitForSleepers(2), "the driver's timers run")
            try await body()
            group.cancelAll()
        }
        #expect(self.addsUp, "\(self.driver.counts)")
    }
}
