import AgentTesting
import Bytes
import Logging
import Pipeline
import Sinks
import Telemetry

/// A receiver's driver with its answers written by a test.
struct RemoteWriteBench {
    let exchange: RecordingExchange
    let clock: ManualClock
    let meters = Meters()
    let driver: MetricSinkDriver

    init(
        _ answers: [RecordingExchange.Answer] = [],
        then fallback: RecordingExchange.Answer = .response(status: 204),
        folder: TemporaryFolder? = nil,
        clock: ManualClock = ManualClock(),
        sink: (any MetricSink)? = nil,
        handler: any LogHandler = SwiftLogNoOpLogHandler(),
        _ change: (inout RemoteWriteOptions) -> Void = { _ in },
    ) {
        var options = RemoteWriteOptions(
            url: "http://user:secret@receiver/write?token=x",
            name: "r",
        )
        if folder == nil { options.queue.disk.maxBytes = 0 }
        change(&options)
        self.clock = clock
        self.exchange = RecordingExchange(answers) { _ in fallback }
        self.driver = MetricSinkDriver(
            sink ?? RemoteWriteSink(options, version: "1.2.3"),
            name: options.name,
            url: options.shownURL,
            options: options.queue,
            metadataOptions: options.metadata,
            relabeling: options.relabeling,
            exchange: self.exchange,
            context: ComponentContext(
                nodeName: "node",
                stateDirectory: folder?.path ?? "/nowhere",
                clock: clock,
                meters: self.meters,
                logger: Logger(label: "test") { _ in handler },
            ),
        )
    }

    /// Hands over one scrape of `count` series at a time in milliseconds.
    func receive(
        _ count: Int,
        at time: Int64,
        source: UInt64 = 0,
        size: Int = 1,
        generation: UInt32 = 0,
    ) {
        Self.receive(
            count,
            at: time,
            source: source,
            size: size,
            generation: generation,
            by: self.driver,
        )
    }

    /// Hands one scrape to a driver.
    static func receive(
        _ count: Int,
        at time: Int64,
        source: UInt64 = 0,
        size: Int = 1,
        generation: UInt32 = 0,
        by driver: MetricSinkDriver,
    ) {
        let hash = KeyedHash(key: source)
        var table = SeriesTable(
            source: source,
            identity: source,
            generation: generation,
            hash: hash,
        )
        var batch = SampleBatch()
        batch.reset(timestamp: time)
        let value = String(repeating: "v", count: size)
        for number in 0..<count {
            var builder = LabelBuilder()
            builder.add(["__name__": "m", "n": "\(number)", "s": "\(source)", "v": value])
            guard let series = table.insert(builder)?.series else { return }
            batch.append(series: series, bits: Double(number).bitPattern)
        }
        driver.receive(batch, of: table)
    }

    /// What the requests held that carried samples, in order.
    var received: [DecodedWriteRequest] {
        self.exchange.sent.compactMap { DecodedWriteRequest(compressed: $0.body) }
    }

    /// A counter's or gauge's value for this receiver.
    func meter(_ name: String, _ extra: [MeterLabel] = []) -> Double {
        let labels =
            extra + [MeterLabel("remote_name", "r"), MeterLabel("url", "http://receiver/write")]
        return name.hasSuffix("_total")
            ? Double(self.meters.counter(name, "", labels).value)
            : self.meters.gauge(name, "", labels).value
    }

    /// The value of a counter of dropped samples.
    func dropped(_ reason: String) -> Double {
        self.meter(
            "prometheus_remote_storage_samples_dropped_total",
            [MeterLabel("reason", reason)],
        )
    }

    /// Whether every sample that came has left through one door or waits.
    var addsUp: Bool {
        let counts = self.driver.counts
        return counts.ledger.remaining == counts.pending
    }

    /// Waits, in real time, until nothing waits any more.
    func waitUntilEmpty() async -> Bool {
        await ManualClock.eventually { self.driver.pendingSamples == 0 }
    }

    /// Runs the driver for as long as `body` does.
    func running(_ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.driver.run() }
            try await body()
            group.cancelAll()
        }
    }
}
