import Bytes
import Codecs
import Host

/// Writes what `/sys/devices/system/cpu` says of the CPUs: throttling, isolation, being online.
///
/// Which CPU sits where is read again only when CPUs come or go.
struct CPUTopologyWriter: Sendable {
    /// Where one core's or package's throttle count is read.
    private struct Throttle: Sendable {
        let package: UInt64
        let core: UInt64
        let path: String
    }

    private let roots: HostRoots
    /// The kernel's list of CPUs online when the rest was read; nil when it has none.
    private var online: [UInt8]?
    private var topology: CPUTopology?
    private var coreThrottles: [Throttle] = []
    private var packageThrottles: [Throttle] = []

    /// Reads below `roots.sysfs`.
    init(roots: HostRoots) { self.roots = roots }

    /// Reads what may have changed and writes the families.
    mutating func write(
        with file: inout FileReader,
        into metrics: inout MetricWriter,
    ) throws(HostError) {
        try Self.writeIsolated(self.roots, with: &file, into: &metrics)
        try self.refresh(with: &file)
        self.writeThrottles(with: &file, into: &metrics)
        self.writeOnline(into: &metrics)
    }

    private mutating func refresh(with file: inout FileReader) throws(HostError) {
        let path = CPUTopology.folder(in: self.roots) + "/online"
        do {
            try file.load(path)
            let fresh = file.contents.span
            if self.topology != nil, let online = self.online, online.span.equals(fresh) { return }
            self.online = fresh.array
        } catch {
            // Without the list, everything is read again each time.
            self.online = nil
        }
        let topology = try CPUTopology(in: self.roots, with: &file)
        self.topology = topology
        self.coreThrottles.removeAll()
        self.packageThrottles.removeAll()
        for cpu in topology.cpus {
            guard let package = cpu.package, let core = cpu.core else { continue }
            // CPUs of one core, and cores of one package, share a count: the first speaks.
            if !self.coreThrottles.contains(where: { $0.package == package && $0.core == core }) {
                let path = cpu.path + "/thermal_throttle/core_throttle_count"
                if file.count(at: path) != nil {
                    self.coreThrottles.append(Throttle(package: package, core: core, path: path))
                }
            }
            if !self.packageThrottles.contains(where: { $0.package == package }) {
                let path = cpu.path + "/thermal_throttle/package_throttle_count"
                if file.count(at: path) != nil {
                    self.packageThrottles.append(
                        Throttle(package: package, core: core, path: path)
                    )
                }
            }
        }
    }

    private func writeThrottles(
        with file: inout FileReader,
        into metrics: inout MetricWriter,
    ) {
        metrics.family(
            "node_cpu_package_throttles_total",
            .counter,
            "Number of times this CPU package has been throttled.",
        )
        for throttle in self.packageThrottles {
            guard let count = file.count(at: throttle.path) else { continue }
            metrics.sample(Double(count)) { $0.add("package", Int(clamping: throttle.package)) }
        }
        metrics.family(
            "node_cpu_core_throttles_total",
            .counter,
            "Number of times this CPU core has been throttled.",
        )
        for throttle in self.coreThrottles {
            guard let count = file.count(at: throttle.path) else { continue }
            metrics.sample(Double(count)) { labels in
                labels.add("core", Int(clamping: throttle.core))
                labels.add("package", Int(clamping: throttle.package))
            }
        }
    }

    private static func writeIsolated(
        _ roots: HostRoots,
        with file: inout FileReader,
        into metrics: inout MetricWriter,
    ) throws(HostError) {
        let path = CPUTopology.folder(in: roots) + "/isolated"
        let numbers: [Int]
        do {
            numbers = try file.load(path) { text throws(FormatError) in
                try CPUTopology.numbers(parsing: text)
            }
        } catch  where error.isMissing {
            return
        }
        metrics.family(
            "node_cpu_isolated",
            .gauge,
            "Whether each core is isolated, information from "
                + "/sys/devices/system/cpu/isolated.",
        )
        for number in numbers { metrics.sample(1) { $0.add("cpu", number) } }
    }

    private func writeOnline(into metrics: inout MetricWriter) {
        // Where the first CPU can't be switched off, nothing is said of the others either.
        guard let cpus = self.topology?.cpus, cpus.first?.isOnline != nil else { return }
        metrics.family(
            "node_cpu_online",
            .gauge,
            "CPUs that are online and being scheduled.",
        )
        for cpu in cpus {
            metrics.sample(cpu.isOnline == true ? 1 : 0) { $0.add("cpu", cpu.number) }
        }
    }
}
