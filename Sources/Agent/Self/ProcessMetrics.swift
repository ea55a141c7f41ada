import Bytes
import Codecs
import Glibc
import Host
import Pipeline
import Synchronization

/// The agent's own `process_*` families, named as every Prometheus client library names them.
///
/// Source: proc(5), `/proc/self/stat` and `/proc/self/limits`.
struct ProcessMetrics: MeterSource {
    private let startSeconds: Double

    /// Notes when the process started, by the wall clock.
    init(clock: any AgentClock) {
        let age = ProcessUsage.current()?.ageSeconds ?? 0
        self.startSeconds = Double(clock.wallNanoseconds) / 1e9 - age
    }

    func write(into metrics: inout MetricWriter) {
        guard let usage = ProcessUsage.current() else { return }
        metrics.counter(
            "process_cpu_seconds_total",
            "Total user and system CPU time spent in seconds.",
            usage.cpuSeconds,
        )
        metrics.gauge(
            "process_resident_memory_bytes",
            "Resident memory size in bytes.",
            usage.residentBytes,
        )
        metrics.gauge(
            "process_virtual_memory_bytes",
            "Virtual memory size in bytes.",
            usage.virtualBytes,
        )
        metrics.gauge(
            "process_start_time_seconds",
            "Start time of the process since unix epoch in seconds.",
            self.startSeconds,
        )
        metrics.gauge(
            "process_open_fds",
            "Number of open file descriptors.",
            Double(ProcessUsage.openDescriptors),
        )
        var limit = rlimit()
        if unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            metrics.gauge(
                "process_max_fds",
                "Maximum number of open file descriptors.",
                Double(limit.rlim_cur),
            )
        }
    }
}

/// What this process uses now.
struct ProcessUsage {
    /// User and system time together.
    let cpuSeconds: Double
    let residentBytes: Double
    let virtualBytes: Double
    /// How long ago it started.
    let ageSeconds: Double

    /// Reads `/proc/self/stat`; nil where there is no `/proc`.
    static func current() -> ProcessUsage? {
        var reader = FileReader(limit: 1 << 16)
        do { try reader.load("/proc/self/stat") } catch { return nil }
        let text = reader.contents.span
        // The name in parentheses may hold anything, so fields are counted from the last one.
        guard let nameEnd = text.lastOffset(of: UInt8(ascii: ")")) else { return nil }
        let fields = text.extracting(droppingFirst: nameEnd + 1).text.split(separator: " ")
        guard fields.count > 21, let user = Double(fields[11]), let system = Double(fields[12]),
            let start = Double(fields[19]), let size = Double(fields[20]),
            let pages = Double(fields[21])
        else { return nil }
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        var uptime = timespec()
        unsafe clock_gettime(CLOCK_BOOTTIME, &uptime)
        return ProcessUsage(
            cpuSeconds: (user + system) / ticks,
            residentBytes: pages * Double(sysconf(Int32(_SC_PAGESIZE))),
            virtualBytes: size,
            ageSeconds: Double(uptime.tv_sec) + Double(uptime.tv_nsec) / 1e9 - start / ticks,
        )
    }

    /// How many descriptors are open.
    static var openDescriptors: Int {
        guard let folder = unsafe opendir("/proc/self/fd") else { return 0 }
        defer { unsafe closedir(folder) }
        var count = 0
        while unsafe readdir(folder) != nil { count += 1 }
        // Two are the folder's own names, one is the descriptor it is read through.
        return max(count - 3, 0)
    }
}
