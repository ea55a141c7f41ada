package import Codecs
package import Config
import Host
package import Pipeline

/// How long tasks waited for CPUs, memory, disks and interrupts, of `/proc/pressure`.
package struct PressureCollector: Collector, ~Copyable {
    package static let name: ComponentName = "pressure"

    private struct Resource: ~Copyable {
        let path: String
        var file = FileReader(limit: 4096, keepsOpen: true)
        /// The family of the time in which at least one task waited.
        let waiting: MetricFamily?
        /// The family of the time in which no task could go on.
        let stalled: MetricFamily?

        init(path: String, waiting: MetricFamily?, stalled: MetricFamily?) {
            self.path = path
            self.waiting = waiting
            self.stalled = stalled
        }
    }

    private var cpu: Resource
    private var io: Resource
    private var memory: Resource
    private var irq: Resource

    package init(_ options: NoOptions, in context: ComponentContext) throws(ConfigError) {
        let folder = context.roots.procfs + "/pressure"
        self.cpu = Resource(
            path: folder + "/cpu",
            waiting: Self.waiting("cpu", "that processes have waited for CPU time"),
            stalled: nil,
        )
        self.io = Resource(
            path: folder + "/io",
            waiting: Self.waiting("io", "that processes have waited due to IO congestion"),
            stalled: Self.stalled("io", "IO"),
        )
        self.memory = Resource(
            path: folder + "/memory",
            waiting: Self.waiting("memory", "that processes have waited for memory"),
            stalled: Self.stalled("memory", "memory"),
        )
        self.irq = Resource(
            path: folder + "/irq",
            waiting: nil,
            stalled: Self.stalled("irq", "IRQ"),
        )
    }

    private static func waiting(_ resource: String, _ what: String) -> MetricFamily {
        MetricFamily(
            "node_pressure_\(resource)_waiting_seconds_total",
            .counter,
            "Total time in seconds \(what)",
        )
    }

    private static func stalled(_ resource: String, _ cause: String) -> MetricFamily {
        MetricFamily(
            "node_pressure_\(resource)_stalled_seconds_total",
            .counter,
            "Total time in seconds no process could make progress due to \(cause) congestion",
        )
    }

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        var found = 0
        if try Self.collect(&self.cpu, into: &metrics) { found += 1 }
        if try Self.collect(&self.io, into: &metrics) { found += 1 }
        if try Self.collect(&self.memory, into: &metrics) { found += 1 }
        if try Self.collect(&self.irq, into: &metrics) { found += 1 }
        if found == 0 {
            throw .noData("there is no /proc/pressure: the kernel is built without CONFIG_PSI")
        }
    }

    /// Whether the kernel measures the resource.
    private static func collect(
        _ resource: inout Resource,
        into metrics: inout MetricWriter,
    ) throws(CollectError) -> Bool {
        let stall: PressureStall
        do {
            stall = try resource.file.load(resource.path, PressureStall.init(parsing:))
        } catch  where error.isMissing {
            return false
        } catch  where error.code == .notSupported {
            throw .noData("pressure is not measured: add psi=1 to the kernel's command line")
        } catch {
            throw CollectError(error)
        }
        try Self.write(stall, of: resource, into: &metrics)
        return true
    }

    private static func write(
        _ stall: PressureStall,
        of resource: borrowing Resource,
        into metrics: inout MetricWriter,
    ) throws(CollectError) {
        if let family = resource.waiting {
            guard let total = stall.some else { throw .noData("no \"some\" in \(resource.path)") }
            metrics.family(family)
            metrics.sample(Self.seconds(total))
        }
        if let family = resource.stalled {
            guard let total = stall.full else { throw .noData("no \"full\" in \(resource.path)") }
            metrics.family(family)
            metrics.sample(Self.seconds(total))
        }
    }

    /// Divides twice, as node_exporter does, so that the last digit is the same.
    private static func seconds(_ microseconds: UInt64) -> Double {
        Double(microseconds) / 1000 / 1000
    }
}
