import Collectors
import Testing

@Suite struct DiskCollectorTests {
    private static let table = """
           8       0 sda 1 0 2 3 4 5 6 7 0 9653880 11
           8       1 sda1 1 0 2 3 4 5 6 7 0 9 11
           7       0 loop0 1 0 2 3 4 5 6 7 0 9 11
         259       0 nvme0n1 1 0 2 3 4 5 6 7 0 9 11 12 13 14 15 16 17

        """

    private func devices(_ yaml: String) throws -> [String] {
        let tree = try HostTree(["proc/diskstats": Self.table])
        return try collect(DiskCollector.self, yaml, roots: tree.roots).samples
            .filter { $0.hasPrefix("node_disk_io_now") }
            .map { String($0.split(separator: "\"")[1]) }
    }

    @Test(arguments: [
        ("{}", ["nvme0n1", "sda"]),
        ("{device_include: '^sda'}", ["sda", "sda1"]),
        ("{device_exclude: nvme}", ["loop0", "sda", "sda1"]),
        ("{device_exclude: ''}", ["loop0", "nvme0n1", "sda", "sda1"]),
    ])
    func filtersAreNodeExportersOwn(_ yaml: String, _ devices: [String]) throws {
        #expect(try self.devices(yaml) == devices)
    }

    @Test(arguments: ["{device_include: a, device_exclude: b}", "{device_include: '('}"])
    func badFiltersAreRefused(_ yaml: String) throws {
        let error = #expect(throws: BadOptions.self) { try self.devices(yaml) }
        #expect(error?.description.contains("device_include") == true)
    }

    @Test func onlyTheColumnsThatTheKernelHasAreShown() throws {
        let tree = try HostTree(["proc/diskstats": Self.table])
        let samples = try collect(DiskCollector.self, roots: tree.roots).samples
        #expect(
            samples.contains(#"node_disk_io_time_seconds_total{device="sda"} 9653.880000000001"#)
        )
        #expect(samples.contains(#"node_disk_read_bytes_total{device="sda"} 1024"#))
        #expect(samples.contains(#"node_disk_flush_requests_total{device="nvme0n1"} 16"#))
        #expect(!samples.contains { $0.contains("flush") && $0.contains("sda") })
        #expect(!samples.contains { $0.contains("discard") && $0.contains("sda") })
    }

    @Test func whatUdevKnowsIsShown() throws {
        let tree = try HostTree([
            "proc/diskstats": "8 0 sda 1 0 2 3 4 5 6 7 0 9 11\n",
            "sys/block/sda/queue/rotational": "1\n",
            "udev/b8:0": """
            E:ID_MODEL=A "quoted" model
            E:ID_ATA=1
            E:ID_ATA_WRITE_CACHE=1
            E:ID_ATA_ROTATION_RATE_RPM=fast
            E:ID_FS_TYPE=ext4
            E:DM_NAME=vg-lv

            """,
        ])
        let samples = try collect(DiskCollector.self, roots: tree.roots).samples
        let info = samples.first { $0.hasPrefix("node_disk_info") }
        #expect(info?.contains(#"model="A \"quoted\" model""#) == true)
        #expect(info?.contains(#"rotational="1",serial="""#) == true)
        #expect(samples.contains(#"node_disk_ata_write_cache{device="sda"} 1"#))
        #expect(!samples.contains { $0.contains("rpm") })
        #expect(samples.contains { $0.contains("filesystem_info") && $0.contains("ext4") })
        #expect(samples.contains { $0.contains("device_mapper_info") && $0.contains("vg-lv") })
    }
}
