package import Codecs
package import Config
import Host
package import Pipeline

/// How the scheduler used each CPU, of `/proc/schedstat`.
package struct SchedulerCollector: Collector, ~Copyable {
    package static let name: ComponentName = "schedstat"

    private let path: String
    private var file = FileReader(keepsOpen: true)

    package init(_ options: NoOptions, in context: ComponentContext) throws(ConfigError) {
        self.path = context.roots.procfs + "/schedstat"
    }

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        do {
            try self.file.load(self.path) { text throws(FormatError) in
                try SchedulerStatistics.visit(text) { Self.write($0, into: &metrics) }
            }
        } catch  where error.isMissing {
            throw .noData(
                "there is no /proc/schedstat: the kernel is built without CONFIG_SCHEDSTATS"
            )
        } catch {
            throw CollectError(error)
        }
    }

    private static func write(_ cpu: SchedulerStatistics, into metrics: inout MetricWriter) {
        metrics.family(
            "node_schedstat_running_seconds_total",
            .counter,
            "Number of seconds CPU spent running a process.",
        )
        metrics.sample(Double(cpu.running) / 1e9) { $0.add("cpu", cpu.cpu) }
        metrics.family(
            "node_schedstat_waiting_seconds_total",
            .counter,
            "Number of seconds spent by processing waiting for this CPU.",
        )
        metrics.sample(Double(cpu.waiting) / 1e9) { $0.add("cpu", cpu.cpu) }
        metrics.family(
            "node_schedstat_timeslices_total",
            .counter,
            "Number of timeslices executed by CPU.",
        )
        metrics.sample(Double(cpu.timeslices)) { $0.add("cpu", cpu.cpu) }
    }
}
