package import Codecs

/// Collectors that make one exposition together, run one after the other on one thread.
///
/// Requests that come at the same time wait for each other: an exposition takes about a
/// millisecond, and a collector is never run twice at once.
package actor CollectorGroup {
    /// The two families that a group writes about its collectors.
    package struct Families: Sendable {
        /// The gauge that says how long each collector took.
        package let duration: String
        /// Its help.
        package let durationHelp: String
        /// The gauge that says whether each collector succeeded.
        package let success: String
        /// Its help.
        package let successHelp: String

        /// `PREFIX_scrape_collector_duration_seconds` and `PREFIX_scrape_collector_success`.
        package init(prefix: String, program: String = "martlet") {
            self.duration = "\(prefix)_scrape_collector_duration_seconds"
            self.durationHelp = "\(program): Duration of a collector scrape."
            self.success = "\(prefix)_scrape_collector_success"
            self.successHelp = "\(program): Whether a collector succeeded."
        }

        /// As node_exporter has them, word for word.
        package static let node = Families(prefix: "node", program: "node_exporter")
    }

    /// The collectors' names, in the order they run.
    package nonisolated let collectors: [ComponentName]
    private let families: Families
    private nonisolated let drivers: [any CollectorRunning]
    private let preamble: (@Sendable (inout MetricWriter) -> Void)?
    private let executor: ThreadExecutor
    private var text = MetricWriter(format: .prometheusText)
    private var openMetrics = MetricWriter(format: .openMetrics)

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe self.executor.asUnownedSerialExecutor()
    }

    /// Gathers a group's collectors.
    ///
    /// Those that may wait run last, so that the others' values are not older than need be. The
    /// executor may be shared with other groups; `preamble` writes what does not change.
    package init(
        _ families: Families,
        _ drivers: [any CollectorRunning],
        on executor: ThreadExecutor,
        preamble: (@Sendable (inout MetricWriter) -> Void)? = nil,
    ) {
        self.families = families
        self.drivers = drivers.filter { !$0.canWait } + drivers.filter(\.canWait)
        self.collectors = self.drivers.map(\.name)
        self.executor = executor
        self.preamble = preamble
    }

    /// How each collector's last run went, in the order they run; waits for nothing.
    package nonisolated var lastRuns: [(name: ComponentName, outcome: CollectorOutcome?)] {
        self.drivers.map { ($0.name, $0.lastRun) }
    }

    /// Appends one exposition to `payload`.
    package func render(
        _ filter: CollectorFilter = .all,
        as format: MetricWriter.Format,
        into payload: Payload,
    ) {
        switch format {
        case .prometheusText:
            self.text.reset()
            self.write(filter, into: &self.text)
            self.text.render(into: &payload.bytes)
        case .openMetrics:
            self.openMetrics.reset()
            self.write(filter, into: &self.openMetrics)
            self.openMetrics.render(into: &payload.bytes)
        }
    }

    /// Adds the group's families to a writer, for an exposition of several groups.
    package func collect(
        _ filter: CollectorFilter = .all,
        into metrics: consuming sending MetricWriter,
    ) -> sending MetricWriter {
        self.write(filter, into: &metrics)
        return metrics
    }

    private func write(_ filter: CollectorFilter, into metrics: inout MetricWriter) {
        self.preamble?(&metrics)
        for driver in self.drivers where filter.includes(driver.name) {
            let outcome = driver.run(into: &metrics)
            let name = driver.name.rawValue
            metrics.family(self.families.duration, .gauge, self.families.durationHelp)
            metrics.sample(outcome.seconds) { $0.add("collector", name) }
            metrics.family(self.families.success, .gauge, self.families.successHelp)
            metrics.sample(outcome.succeeded ? 1 : 0) { $0.add("collector", name) }
        }
    }
}
