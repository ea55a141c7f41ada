import Bytes
package import Codecs
package import Config
import Glibc
import Host
package import Pipeline

/// Sockets in use for each protocol, of `/proc/net/sockstat` and `sockstat6`.
package struct SocketCollector: Collector, ~Copyable {
    package static let name: ComponentName = "sockstat"

    /// The families of one protocol.
    private struct Families: Sendable {
        let inUse: MetricFamily
        let orphan: MetricFamily
        let timeWait: MetricFamily
        let allocated: MetricFamily
        let memoryPages: MetricFamily
        let memoryBytes: MetricFamily
        let memory: MetricFamily

        init(_ name: Span<UInt8>) {
            let name = name.text
            func family(_ state: String) -> MetricFamily {
                MetricFamily(
                    "node_sockstat_\(name)_\(state)",
                    .gauge,
                    "Number of \(name) sockets in state \(state).",
                )
            }
            self.inUse = family("inuse")
            self.orphan = family("orphan")
            self.timeWait = family("tw")
            self.allocated = family("alloc")
            self.memoryPages = family("mem")
            self.memoryBytes = family("mem_bytes")
            self.memory = family("memory")
        }
    }

    /// One file and what is known of its lines.
    private struct Table: ~Copyable {
        let path: String
        let isIPv6: Bool
        var file = FileReader(limit: 1 << 16, keepsOpen: true)
        var families = PositionalCache<Families>()

        init(path: String, isIPv6: Bool) {
            self.path = path
            self.isIPv6 = isIPv6
        }
    }

    private let pageSize: Double
    private var ipv4: Table
    private var ipv6: Table

    package init(_ options: NoOptions, in context: ComponentContext) throws(ConfigError) {
        self.pageSize = Double(sysconf(Int32(_SC_PAGESIZE)))
        let folder = context.roots.procfs + "/net"
        self.ipv4 = Table(path: folder + "/sockstat", isIPv6: false)
        self.ipv6 = Table(path: folder + "/sockstat6", isIPv6: true)
    }

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        try Self.write(&self.ipv4, self.pageSize, into: &metrics)
        try Self.write(&self.ipv6, self.pageSize, into: &metrics)
    }

    private static func write(
        _ table: inout Table,
        _ pageSize: Double,
        into metrics: inout MetricWriter,
    ) throws(CollectError) {
        do {
            try Self.write(
                table.path,
                &table.file,
                &table.families,
                isIPv6: table.isIPv6,
                pageSize,
                into: &metrics,
            )
        } catch  where error.isMissing {
            // The protocol is switched off in this kernel.
        } catch {
            throw CollectError(error)
        }
    }

    private static func write(
        _ path: String,
        _ file: inout FileReader,
        _ families: inout PositionalCache<Families>,
        isIPv6: Bool,
        _ pageSize: Double,
        into metrics: inout MetricWriter,
    ) throws(HostError) {
        try file.load(path) { text throws(FormatError) in
            try SocketStatistics.visit(text) { index, name, sockets in
                if !name.equals("sockets") {
                    let families = families.value(at: index, for: name, Families.init)
                    Self.write(sockets, families, pageSize, into: &metrics)
                } else if !isIPv6 {
                    metrics.gauge(
                        "node_sockstat_sockets_used",
                        "Number of IPv4 sockets in use.",
                        Double(sockets.used ?? 0),
                    )
                }
            }
        }
    }

    private static func write(
        _ sockets: SocketStatistics,
        _ families: Families,
        _ pageSize: Double,
        into metrics: inout MetricWriter,
    ) {
        func write(_ family: MetricFamily, _ value: Int64?, _ factor: Double = 1) {
            guard let value else { return }
            metrics.family(family)
            metrics.sample(Double(value) * factor)
        }
        write(families.inUse, sockets.inUse)
        write(families.orphan, sockets.orphan)
        write(families.timeWait, sockets.timeWait)
        write(families.allocated, sockets.allocated)
        write(families.memoryPages, sockets.memoryPages)
        write(families.memoryBytes, sockets.memoryPages, pageSize)
        write(families.memory, sockets.memory)
    }
}
