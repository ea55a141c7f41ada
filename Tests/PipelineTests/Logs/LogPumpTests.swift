import AgentTesting
import Logging
import Pipeline
import Testing

@Suite struct LogPumpTests {
    /// Sources let go of a rotated file once every sink has read it: a sink that is slow to start
    /// must count from the beginning, or the file is gone before it looks.
    @Test func aSinkCountsBeforeItRuns() throws {
        let context = ComponentContext(
            nodeName: "node-1",
            stateDirectory: "/nonexistent",
            clock: ManualClock(),
            meters: Meters(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        )
        let catalogue = LogCatalogue()
        #expect(catalogue.sinks.isEmpty)
        let sink = LineSink()
        let pump = LogPump(
            LogPump.Settings(name: "slow", checkpointFolder: "/nonexistent"),
            sink: sink,
            transport: HTTPLogTransport(
                [HTTPRequest(.post, "http://receiver/")],
                for: sink,
                over: LineReceiver(),
                clock: context.clock,
            ),
            catalogue: catalogue,
            ledger: LogLedger(clock: context.clock),
            context: context,
            executor: try ThreadExecutor("sink-slow"),
        )
        #expect(catalogue.sinks == ["slow"])
        pump.stop()
    }
}
