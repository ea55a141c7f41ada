import Bytes
package import Codecs
package import Config
import Host
package import Pipeline

/// The use of memory, of `/proc/meminfo`.
package struct MemoryInfoCollector: Collector, ~Copyable {
    package static let name: ComponentName = "meminfo"

    /// The file's names that are exported; `HugePages_…` are counts, the rest is bytes.
    private static let names: Set<String> = [
        "Active", "Active(anon)", "Active(file)", "AnonHugePages", "AnonPages", "Bounce",
        "Buffers", "Cached", "CmaFree", "CmaTotal", "CommitLimit", "Committed_AS",
        "DirectMap1G", "DirectMap2M", "DirectMap4k", "Dirty", "HardwareCorrupted",
        "HugePages_Free", "HugePages_Rsvd", "HugePages_Surp", "HugePages_Total",
        "Hugepagesize", "Inactive", "Inactive(anon)", "Inactive(file)", "KernelStack",
        "Mapped", "MemAvailable", "MemFree", "MemTotal", "Mlocked", "NFS_Unstable",
        "PageTables", "Percpu", "SReclaimable", "SUnreclaim", "Shmem", "ShmemHugePages",
        "ShmemPmdMapped", "Slab", "SwapCached", "SwapFree", "SwapTotal", "Unevictable",
        "VmallocChunk", "VmallocTotal", "VmallocUsed", "Writeback", "WritebackTmp", "Zswap",
        "Zswapped",
    ]

    private let path: String
    private var file = FileReader(limit: 1 << 20, keepsOpen: true)
    private var families = PositionalCache<MetricFamily?>()

    package init(_ options: NoOptions, in context: ComponentContext) throws(ConfigError) {
        self.path = context.roots.procfs + "/meminfo"
    }

    package mutating func collect(into metrics: inout MetricWriter) throws(CollectError) {
        do {
            try Self.write(self.path, &self.file, &self.families, into: &metrics)
        } catch {
            throw CollectError(error)
        }
    }

    private static func write(
        _ path: String,
        _ file: inout FileReader,
        _ families: inout PositionalCache<MetricFamily?>,
        into metrics: inout MetricWriter,
    ) throws(HostError) {
        try file.load(path) { text throws(FormatError) in
            try MemoryInfo.visit(text) { index, name, value in
                guard let family = families.value(at: index, for: name, Self.family) else {
                    return
                }
                metrics.family(family)
                metrics.sample(Double(value))
            }
        }
    }

    private static func family(_ name: Span<UInt8>) -> MetricFamily? {
        let name = name.text
        guard Self.names.contains(name) else { return nil }
        let plain = name.filter { $0 != ")" }.map { $0 == "(" ? "_" : String($0) }.joined()
        let field = name.hasPrefix("HugePages_") ? plain : plain + "_bytes"
        return MetricFamily(
            "node_memory_\(field)",
            .gauge,
            "Memory information field \(field).",
        )
    }
}
