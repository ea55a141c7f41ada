import AgentTesting
import Bytes
import Logging
import Pipeline
import Sinks
import Telemetry

/// A receiver's driver with its answers written by a test.
struct RemoteWriteBench {
    let exchange: RecordingExchange
    let clock = ManualClock()
    let meters = Meters()
    let driver: MetricSinkDriver

    init(
        _ answers: [RecordingExchange.Answer] = [],
        then fallback: RecordingExchange.Answer = .response(status: 204),
        _ change: (inout RemoteWriteOptions) -> Void = { _ in },
    ) {
        var options = RemoteWriteOptions(
            url: "http://user:secret@receiver/write?token=x",
            name: "r",
        )
        change(&options)
        self.exchange = RecordingExchange(answers) { _ in fallback }
        self.driver = MetricSinkDriver(
            remoteWrite: options,
            version: "1.2.3",
            exchange: self.exchange,
            context: ComponentContext(
                nodeName: "node",
                stateDirectory: "/nowhere",
                clock: self.clock,
                meters: self.meters,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
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
        let hash = KeyedHash(key: source)
        var table = SeriesTable(source: source, generation: generation, hash: hash)
        var batch = SampleBatch()
        batch.reset(timestamp: time)
        let value = String(repeating: "v", count: size)
        for number in 0..<count {
            var builder = LabelBuilder()
            builder.add(["__name__": "m", "n": "\(number)", "s": "\(source)", "v": value])
            guard let series = table.insert(builder)?.series else { return }
            batch.append(series: series, bits: Double(number).bitPattern)
        }
        self.driver.receive(batch, of: table)
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

    /// Runs the driver for as long as `body` does.
    func running(_ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.driver.run() }
            try await body()
            group.cancelAll()
        }
    }
}
