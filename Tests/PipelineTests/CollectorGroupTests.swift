import Bytes
import Codecs
import Config
import Logging
import Pipeline
import Synchronization
import Testing

@Suite struct CollectorGroupTests {
    /// What the collectors under test do, from outside.
    final class Script: Sendable {
        let error = Mutex<CollectError?>(nil)
    }

    struct Good: Collector, ~Copyable {
        static let name: ComponentName = "good"

        init(_ options: NoOptions, in context: ComponentContext) throws(ConfigError) {}

        mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
            metrics.gauge("node_good", "Good.", 1)
        }
    }

    struct Slow: Collector, ~Copyable {
        static let name: ComponentName = "slow"
        static let canWait = true

        init(_ options: NoOptions, in context: ComponentContext) throws(ConfigError) {}

        mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {}
    }

    struct Scripted: Collector, ~Copyable {
        static let name: ComponentName = "scripted"
        let script: Script

        init(_ options: NoOptions, in context: ComponentContext) throws(ConfigError) {
            self.script = Script()
        }

        init(_ script: Script) { self.script = script }

        mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
            metrics.gauge("node_before", "Written before the error.", 1)
            if let error = self.script.error.withLock({ $0 }) { throw error }
        }
    }

    /// Keeps what is logged.
    struct Log: LogHandler {
        final class Lines: Sendable { let text = Mutex<[String]>([]) }

        let lines: Lines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        init(_ lines: Lines) { self.lines = lines }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { self.metadata[key] }
            set { self.metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let error = event.metadata?["error"].map { " \($0)" } ?? ""
            self.lines.text.withLock { $0.append("\(event.level) \(event.message)\(error)") }
        }
    }

    private let lines = Log.Lines()
    private let script = Script()
    private let meters = Meters()

    private var context: ComponentContext {
        let lines = self.lines
        return ComponentContext(
            nodeName: "node-1",
            stateDirectory: "/nonexistent",
            clock: SystemClock(),
            meters: self.meters,
            logger: Logger(label: "test") { _ in Log(lines) },
        )
    }

    private func group() throws -> CollectorGroup {
        let drivers: [any CollectorRunning] = [
            try CollectorDriver(Slow.self, NoOptions(), in: self.context),
            try CollectorDriver(Good.self, NoOptions(), in: self.context),
            CollectorDriver(Scripted(self.script), in: self.context),
        ]
        return CollectorGroup(.node, drivers, on: try ThreadExecutor("collectors")) { metrics in
            metrics.gauge("node_exporter_build_info", "Build.", 1)
        }
    }

    private func text(_ group: CollectorGroup, _ filter: CollectorFilter = .all) async -> String {
        let payload = Payload()
        await group.render(filter, as: .prometheusText, into: payload)
        return payload.bytes.text
    }

    @Test func collectorsThatMayWaitRunLast() throws {
        #expect(try self.group().collectors == ["good", "scripted", "slow"])
    }

    @Test func anExpositionSaysHowEachCollectorWent() async throws {
        self.script.error.withLock { $0 = .failed("broken") }
        let text = try await self.text(self.group())
        #expect(text.contains("\nnode_good 1\n"))
        #expect(text.contains("\nnode_before 1\n"))
        #expect(text.contains("node_exporter_build_info 1"))
        #expect(text.contains(#"node_scrape_collector_success{collector="good"} 1"#))
        #expect(text.contains(#"node_scrape_collector_success{collector="scripted"} 0"#))
        #expect(text.contains(#"node_scrape_collector_duration_seconds{collector="slow"} "#))
        #expect(
            text.contains(
                "# HELP node_scrape_collector_success node_exporter: Whether a collector succeeded."
            )
        )
    }

    @Test func expositionsDoNotAddUp() async throws {
        let group = try self.group()
        let first = await self.text(group)
        let second = await self.text(group)
        #expect(first.split(separator: "\n").count == second.split(separator: "\n").count)
    }

    @Test func onlyTheCollectorsAskedForRun() async throws {
        let group = try self.group()
        let filter = try CollectorFilter(
            query: [("collect[]", "good")],
            enabled: group.collectors,
        )
        let text = await self.text(group, filter)
        #expect(text.contains("node_good"))
        #expect(!text.contains("scripted"))
    }

    @Test func groupsCanBeWrittenIntoOneExposition() async throws {
        let metrics = await self.group(into: MetricWriter(format: .openMetrics))
        var writer = metrics
        var output = OutputBuffer()
        writer.render(into: &output)
        #expect(output.text.hasSuffix("# EOF\n"))
        #expect(output.text.contains("node_good 1.0\n"))
    }

    private func group(into metrics: consuming sending MetricWriter) async -> MetricWriter {
        guard let group = try? self.group() else { return metrics }
        return await group.collect(into: metrics)
    }

    @Test func anErrorIsLoggedOnceUntilItChanges() async throws {
        let group = try self.group()
        self.script.error.withLock { $0 = .failed("broken") }
        _ = await self.text(group)
        _ = await self.text(group)
        self.script.error.withLock { $0 = .failed("broken otherwise") }
        _ = await self.text(group)
        self.script.error.withLock { $0 = nil }
        _ = await self.text(group)
        _ = await self.text(group)
        #expect(
            self.lines.text.withLock { $0 } == [
                "warning collector failed broken", "warning collector failed broken otherwise",
                "info collector works again",
            ]
        )
        let errors = self.meters.counter(
            "martlet_collector_errors_total",
            "",
            [MeterLabel("collector", "scripted")],
        )
        #expect(errors.value == 3)
    }

    @Test func nothingToSayIsNoError() async throws {
        self.script.error.withLock { $0 = .noData("no such hardware") }
        let text = try await self.text(self.group())
        #expect(text.contains(#"node_scrape_collector_success{collector="scripted"} 0"#))
        #expect(self.lines.text.withLock { $0 }.allSatisfy { $0.hasPrefix("debug") })
        let errors = self.meters.counter(
            "martlet_collector_errors_total",
            "",
            [MeterLabel("collector", "scripted")],
        )
        #expect(errors.value == 0)
    }
}
