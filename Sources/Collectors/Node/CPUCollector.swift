import Bytes
package import Codecs
package import Config
import Host
import Patterns
package import Pipeline

/// What the CPUs spend their time on, and what they are.
package struct CPUCollector: Collector, ~Copyable {
    package static let name: ComponentName = "cpu"

    /// What `cpu` can be told.
    package struct Options: ComponentOptions {
        /// Whether each CPU is described, from `/proc/cpuinfo`.
        let info: Bool
        /// Whether the time spent in guests is shown.
        let guest: Bool
        /// Which flags of the first CPU are shown.
        let flagsInclude: Pattern?
        /// Which known bugs of the first CPU are shown.
        let bugsInclude: Pattern?

        /// Options with node_exporter's defaults.
        package init() {
            self.info = false
            self.guest = true
            self.flagsInclude = nil
            self.bugsInclude = nil
        }

        package init(from node: inout ConfigNode) throws(ConfigError) {
            let info = node.bool("info", default: false, "Export node_cpu_info.")
            self.guest = node.bool(
                "guest",
                default: true,
                "Export node_cpu_guest_seconds_total.",
            )
            let flags = node.pattern(
                "info_flags_include",
                anchored: false,
                "Regular expression of CPU flags to export; switches `info` on.",
            )
            let bugs = node.pattern(
                "info_bugs_include",
                anchored: false,
                "Regular expression of CPU bugs to export; switches `info` on.",
            )
            self.flagsInclude = flags.flatMap { $0.text.isEmpty ? nil : $0 }
            self.bugsInclude = bugs.flatMap { $0.text.isEmpty ? nil : $0 }
            self.info = info || self.flagsInclude != nil || self.bugsInclude != nil
        }
    }

    private static let modes: [(name: String, mode: ProcStat.Mode)] = [
        ("user", .user), ("nice", .nice), ("system", .system), ("idle", .idle),
        ("iowait", .iowait), ("irq", .irq), ("softirq", .softirq), ("steal", .steal),
    ]

    private let options: Options
    private let statPath: String
    private var statFile = FileReader(keepsOpen: true)
    private var file = FileReader()
    private var stat = ProcStat()
    private var times = MonotonicCPUTimes()
    private var info: CPUInfoWriter
    private var topology: CPUTopologyWriter

    package init(_ options: Options, in context: ComponentContext) throws(ConfigError) {
        self.options = options
        self.statPath = context.roots.procfs + "/stat"
        self.info = CPUInfoWriter(
            path: context.roots.procfs + "/cpuinfo",
            flags: options.flagsInclude,
            bugs: options.bugsInclude,
            withFrequency: context.isEnabled("cpufreq"),
        )
        self.topology = CPUTopologyWriter(roots: context.roots)
    }

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        do {
            if self.options.info { try self.info.write(with: &self.file, into: &metrics) }
            try self.statFile.load(self.statPath, into: &self.stat)
            self.times.update(with: self.stat.cpus)
            self.writeTimes(into: &metrics)
            try self.topology.write(with: &self.file, into: &metrics)
        } catch {
            throw CollectError(error)
        }
    }

    private func writeTimes(into metrics: inout MetricWriter) {
        metrics.family(
            "node_cpu_seconds_total",
            .counter,
            "Seconds the CPUs spent in each mode.",
        )
        for cpu in self.times.cpus {
            for (name, mode) in Self.modes {
                metrics.sample(cpu[mode]) { labels in
                    labels.add("cpu", cpu.number)
                    labels.add("mode", name)
                }
            }
        }
        if !self.options.guest { return }
        metrics.family(
            "node_cpu_guest_seconds_total",
            .counter,
            "Seconds the CPUs spent in guests (VMs) for each mode.",
        )
        for cpu in self.times.cpus {
            metrics.sample(cpu[.guest]) { labels in
                labels.add("cpu", cpu.number)
                labels.add("mode", "user")
            }
            metrics.sample(cpu[.guestNice]) { labels in
                labels.add("cpu", cpu.number)
                labels.add("mode", "nice")
            }
        }
    }
}
