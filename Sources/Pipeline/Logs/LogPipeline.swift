package import Config
import Glibc
package import Host
import Logging

/// All log collection of one configuration: its sources, its sinks and what connects them.
package final class LogPipeline: Sendable {
    private let sources: [(name: String, source: any LogSource)]
    private let sinks: [(name: String, sink: any LogSink)]
    let context: ComponentContext
    private let folder: String
    let metadata: LogMetadataOptions
    let rules: LogRules
    let taps: LogTaps
    private let stops = LogPipelineStops()
    /// The generations that there are.
    package let catalogue = LogCatalogue()
    /// What became of their records.
    package let ledger: LogLedger

    /// Builds every source and sink; opens nothing and starts nothing.
    package init(_ options: LogsOptions, in context: ComponentContext) throws(ConfigError) {
        var sources: [(String, any LogSource)] = []
        for component in options.sources ?? [] {
            sources.append((component.name, try component.make(context)))
        }
        var sinks: [(String, any LogSink)] = []
        for component in options.sinks {
            sinks.append((component.name, try component.make(context)))
        }
        self.sources = sources
        self.sinks = sinks
        self.context = context
        self.metadata = options.metadata
        self.rules = try LogRules(options.rules, parsers: options.parsers, in: context)
        self.folder = "\(options.stateDirectory)/cursors"
        self.ledger = LogLedger(clock: context.clock)
        self.taps = LogTaps(in: context.meters)
    }

    /// Collects and delivers until `stop`, or until the task is cancelled.
    ///
    /// After `stop` it returns when the requests under way are settled and the last checkpoints are
    /// written; cancelling the task makes it give those requests up first.
    package func run(over exchange: any HTTPExchange) async throws(HostError) {
        let attachment = self.context.meters.attach(self.ledger)
        defer { self.context.meters.detach(attachment) }
        var pumps: [LogPump] = []
        for (name, sink) in self.sinks {
            pumps.append(try self.makePump(name, sink, exchange))
        }
        var executors: [ThreadExecutor] = []
        for (name, _) in self.sources { executors.append(try ThreadExecutor("src-\(name)")) }
        self.stops.start(pumps)
        await withTaskGroup { group in
            for (index, entry) in self.sources.enumerated() {
                group.addTask(executorPreference: executors[index]) {
                    await entry.source.run(into: self.catalogue)
                }
            }
            await withTaskGroup { delivering in
                for pump in pumps { delivering.addTask { await pump.run() } }
                if pumps.isEmpty { delivering.addTask { await self.stops.idle.wait() } }
            }
            group.cancelAll()
        }
    }

    /// Begins the end: `run` returns when everything that was written by now is delivered.
    ///
    /// A sink that fails ends at once: its cursors say where to go on. Safe from any thread.
    package func finish() {
        self.taps.end()
        self.stops.finish()
    }

    /// Begins an orderly stop without reading on; safe from any thread, at any time.
    package func stop() {
        self.taps.end()
        self.stops.stop()
    }

    /// What each sink's delivery is like, by name, in the order of the configuration.
    package var sinkStatus: [LogSinkStatus] { self.stops.status }

    /// The sources' names, in the order of the configuration.
    package var sourceNames: [String] { self.sources.map(\.name) }

    private func makePump(
        _ name: String,
        _ sink: any LogSink,
        _ exchange: any HTTPExchange,
    ) throws(HostError) -> LogPump {
        let transport: any LogTransport
        switch sink.destination {
        case .http(let templates):
            transport = HTTPLogTransport(
                templates,
                for: sink,
                over: exchange,
                clock: self.context.clock,
            )
        case .standardOutput:
            transport = try StandardOutputTransport()
        }
        var settings = LogPump.Settings(name: name, checkpointFolder: self.folder)
        settings.metadata = self.metadata
        if !self.rules.isEmpty { settings.rules = self.rules }
        return LogPump(
            settings,
            sink: sink,
            transport: transport,
            catalogue: self.catalogue,
            ledger: self.ledger,
            context: self.context,
            executor: try ThreadExecutor("sink-\(name)"),
        )
    }
}
