package import Codecs
package import Config
import Logging
import Synchronization

/// A collector with what surrounds it, whatever its type.
package protocol CollectorRunning: Sendable {
    /// The collector's name.
    var name: ComponentName { get }
    /// Whether `run` may wait for something other than the kernel's own memory.
    var canWait: Bool { get }
    /// Takes one sample; errors are counted and logged here.
    ///
    /// Not for tasks: call it on a thread of our own.
    func run(into metrics: inout MetricWriter) -> CollectorOutcome
    /// How the last run went; nil before the first.
    var lastRun: CollectorOutcome? { get }
}

/// How one run of a collector went.
package struct CollectorOutcome: Sendable {
    /// How long it took, in seconds.
    package let seconds: Double
    /// Whether there was no error and there was something to say.
    package let succeeded: Bool
    /// What was expected and not found; empty when there was nothing to say.
    package let error: String
}

/// Runs one collector: measures it, counts its errors, and logs each error once.
package final class CollectorDriver<C: Collector & ~Copyable>: CollectorRunning {
    private struct State: ~Copyable {
        var collector: C
        /// What the last run said, if it failed.
        var failure: String?
        var lastRun: CollectorOutcome?
    }

    private let state: Mutex<State>
    private let clock: any AgentClock
    private let logger: Logger
    private let errors: Counter

    package var name: ComponentName { C.name }
    package var canWait: Bool { C.canWait }

    /// Takes `collector` over.
    package init(_ collector: consuming C, in context: ComponentContext) {
        self.state = Mutex(State(collector: collector))
        self.clock = context.clock
        self.logger = context.logger
        self.errors = context.meters.counter(
            "martlet_collector_errors_total",
            "Runs of a collector that ended with an error.",
            [MeterLabel("collector", C.name.rawValue)],
        )
    }

    /// Builds a collector of its options and takes it over.
    package convenience init(
        _: C.Type,
        _ options: C.Options,
        in context: ComponentContext,
    ) throws(ConfigError) {
        self.init(try C(options, in: context), in: context)
    }

    package func run(into metrics: inout MetricWriter) -> CollectorOutcome {
        let start = self.clock.monotonicNanoseconds
        return self.state.withLock { state in
            var succeeded = true
            var message = ""
            do throws(CollectError) {
                try state.collector.collect(into: &metrics)
                self.recovered(&state)
            } catch {
                self.failed(error, &state)
                succeeded = false
                if error.kind == .failed { message = error.message }
            }
            let outcome = CollectorOutcome(
                seconds: Double(self.clock.monotonicNanoseconds - start) / 1e9,
                succeeded: succeeded,
                error: message,
            )
            state.lastRun = outcome
            return outcome
        }
    }

    package var lastRun: CollectorOutcome? { self.state.withLock { $0.lastRun } }

    private func failed(_ error: CollectError, _ state: inout State) {
        if error.kind == .failed { self.errors.add() }
        if state.failure == error.message { return }
        state.failure = error.message
        let metadata: Logger.Metadata = [
            "collector": "\(C.name)", "error": "\(error.message)",
        ]
        switch error.kind {
        case .noData: self.logger.debug("collector has nothing to say", metadata: metadata)
        case .failed: self.logger.warning("collector failed", metadata: metadata)
        }
    }

    private func recovered(_ state: inout State) {
        if state.failure == nil { return }
        state.failure = nil
        self.logger.info("collector works again", metadata: ["collector": "\(C.name)"])
    }
}
