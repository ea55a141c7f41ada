package import Codecs
package import Config
import Host
package import Pipeline

/// Counts since boot of `/proc/stat`: interrupts, context switches, forks.
package struct StatCollector: Collector, ~Copyable {
    package static let name: ComponentName = "stat"

    /// What `stat` can be told.
    package struct Options: ComponentOptions {
        /// Whether soft interrupts are counted for each vector.
        let softirq: Bool

        /// Options with node_exporter's defaults.
        package init(softirq: Bool = false) { self.softirq = softirq }

        package init(from node: inout ConfigNode) throws(ConfigError) {
            self.softirq = node.bool(
                "softirq",
                default: false,
                "Export softirq calls per vector.",
            )
        }
    }

    private let path: String
    private let softirq: Bool
    private var file = FileReader(keepsOpen: true)
    private var stat = ProcStat()

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.path = context.roots.procfs + "/stat"
        self.softirq = options.softirq
    }

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        do {
            try self.file.load(self.path, into: &self.stat)
        } catch {
            throw CollectError(error)
        }
        self.writeCounts(into: &metrics)
        if self.softirq { self.writeSoftIRQs(into: &metrics) }
    }

    private func writeCounts(into metrics: inout MetricWriter) {
        if let count = self.stat.interrupts {
            metrics.counter(
                "node_intr_total",
                "Total number of interrupts serviced.",
                Double(count),
            )
        }
        if let count = self.stat.contextSwitches {
            metrics.counter(
                "node_context_switches_total",
                "Total number of context switches.",
                Double(count),
            )
        }
        if let count = self.stat.forks {
            metrics.counter("node_forks_total", "Total number of forks.", Double(count))
        }
        if let time = self.stat.bootTime {
            metrics.gauge(
                "node_boot_time_seconds",
                "Node boot time, in unixtime.",
                Double(time),
            )
        }
        if let count = self.stat.runningProcesses {
            metrics.gauge(
                "node_procs_running",
                "Number of processes in runnable state.",
                Double(count),
            )
        }
        if let count = self.stat.blockedProcesses {
            metrics.gauge(
                "node_procs_blocked",
                "Number of processes blocked waiting for I/O to complete.",
                Double(count),
            )
        }
    }

    private func writeSoftIRQs(into metrics: inout MetricWriter) {
        guard let counts = self.stat.softIRQs else { return }
        metrics.family("node_softirqs_total", .counter, "Number of softirq calls.")
        for vector in ProcStat.SoftIRQ.allCases {
            metrics.sample(Double(counts[vector.rawValue])) { labels in
                labels.add("vector", Self.name(of: vector))
            }
        }
    }

    private static func name(of vector: ProcStat.SoftIRQ) -> String {
        switch vector {
        case .hi: "hi"
        case .timer: "timer"
        case .netTransmit: "net_tx"
        case .netReceive: "net_rx"
        case .block: "block"
        case .irqPoll: "block_iopoll"
        case .tasklet: "tasklet"
        case .scheduler: "sched"
        case .highResolutionTimer: "hrtimer"
        case .rcu: "rcu"
        }
    }
}
