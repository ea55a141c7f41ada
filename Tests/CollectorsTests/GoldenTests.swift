import Collectors
import Foundation
import Pipeline
import Testing

/// Each collector against node_exporter's own expected output, byte for byte.
@Suite(
    .enabled(
        if: NodeExporterFixtures.folder != nil,
        "MARTLET_FIXTURES does not name the folder of recorded data",
    )
)
struct GoldenTests {
    private func fixtures(unpacking: Bool = false) throws -> NodeExporterFixtures {
        try NodeExporterFixtures(#require(NodeExporterFixtures.folder), unpacking: unpacking)
    }

    /// The families that the collector writes are all those of `pattern`, and equal.
    private func check<C: Collector & ~Copyable>(
        _ type: C.Type,
        _ yaml: String = "{}",
        owns pattern: String,
        needsSys: Bool = false,
    ) throws {
        let fixtures = try self.fixtures(unpacking: needsSys)
        let round = try collect(type, yaml, roots: fixtures.roots)
        #expect(round.error == nil, "\(round.error?.message ?? "")")
        let regex = try Regex(pattern)
        let expected = fixtures.families.filter { (try? regex.wholeMatch(in: $0.key)) != nil }
        let found = NodeExporterFixtures.families(in: round.text)
        #expect(!expected.isEmpty)
        #expect(found.keys.sorted() == expected.keys.sorted())
        for (name, family) in expected { #expect(found[name] == family) }
    }

    @Test func cpu() throws {
        try self.check(
            CPUCollector.self,
            """
            info: true
            info_bugs_include: "^(cpu_meltdown|spectre_.*|mds)$"
            info_flags_include: "^(aes|avx.?|constant_tsc)$"
            """,
            owns: "node_cpu_(seconds_total|guest_seconds_total|info|frequency_hertz|flag_info"
                + "|bug_info|isolated|online|core_throttles_total|package_throttles_total)",
            needsSys: true,
        )
    }

    @Test func meminfo() throws {
        try self.check(MemoryInfoCollector.self, owns: "node_memory_(?!numa_).*")
    }

    @Test func loadavg() throws {
        try self.check(LoadAverageCollector.self, owns: "node_load[0-9]+")
    }

    @Test func diskstats() throws {
        try self.check(DiskCollector.self, owns: "node_disk_.*", needsSys: true)
    }

    @Test func stat() throws {
        try self.check(
            StatCollector.self,
            "{softirq: true}",
            owns: "node_(intr_total|context_switches_total|forks_total|boot_time_seconds"
                + "|procs_running|procs_blocked|softirqs_total)",
        )
    }

    @Test func vmstat() throws {
        try self.check(VirtualMemoryCollector.self, owns: "node_vmstat_.*")
    }

    @Test func pressure() throws {
        try self.check(PressureCollector.self, owns: "node_pressure_.*")
    }

    @Test func filefd() throws {
        try self.check(FileHandleCollector.self, owns: "node_filefd_.*")
    }

    @Test func sockstat() throws {
        try self.check(SocketCollector.self, owns: "node_sockstat_.*")
    }

    @Test func netstat() throws {
        try self.check(ProtocolCollector.self, owns: "node_netstat_.*")
    }

    @Test func schedstat() throws {
        try self.check(SchedulerCollector.self, owns: "node_schedstat_.*")
    }

    @Test func softnet() throws {
        try self.check(SoftnetCollector.self, owns: "node_softnet_.*")
    }

    @Test func conntrack() throws {
        try self.check(ConntrackCollector.self, owns: "node_nf_conntrack_.*")
    }

    @Test func entropy() throws {
        try self.check(EntropyCollector.self, owns: "node_entropy_.*")
    }

    @Test func kernelHung() throws {
        try self.check(KernelHungCollector.self, owns: "node_kernel_hung_.*")
    }

    @Test func udpQueues() throws {
        try self.check(UDPQueueCollector.self, owns: "node_udp_queues")
    }

    @Test func os() throws {
        try self.check(OSReleaseCollector.self, owns: "node_os_.*")
    }

    @Test func arp() throws {
        try self.check(
            NeighborCollector.self,
            "{netlink: false, device_exclude: nope}",
            owns: "node_arp_entries",
        )
    }

    @Test func netclass() throws {
        try self.check(
            NetworkInterfaceCollector.self,
            "{ignore_invalid_speed: true, ignored_devices: '(dmz|int)'}",
            owns: "node_network_(?!(receive|transmit)_[a-z]+_total).*",
            needsSys: true,
        )
    }

    @Test func thermalZone() throws {
        try self.check(
            ThermalZoneCollector.self,
            owns: "node_(thermal_zone|cooling_device)_.*",
            needsSys: true,
        )
    }

    /// Time and zone are this machine's, so only the rest is compared.
    @Test func time() throws {
        let fixtures = try self.fixtures(unpacking: true)
        let round = try collect(TimeCollector.self, roots: fixtures.roots)
        let found = NodeExporterFixtures.families(in: round.text)
        for name in ["available_info", "current_info"] {
            let family = "node_time_clocksource_\(name)"
            #expect(found[family] == fixtures.families[family])
        }
    }

    /// The counts are those of this machine's loopback; names, types and help are compared.
    @Test func netdev() throws {
        let fixtures = try self.fixtures()
        let round = try collect(
            NetworkDeviceCollector.self,
            "{device_include: lo}",
            roots: fixtures.roots,
        )
        let found = Self.headers(NodeExporterFixtures.families(in: round.text))
        let expected = Self.headers(
            fixtures.families.filter {
                $0.key.hasPrefix("node_network_") && $0.value.contains("Network device statistic")
            }
        )
        #expect(found == expected)
    }

    private static func headers(_ families: [String: String]) -> [String: [Substring]] {
        families.mapValues { $0.split(separator: "\n").filter { $0.hasPrefix("#") } }
    }
}
