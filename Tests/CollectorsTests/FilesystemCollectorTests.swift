import Collectors
import Testing

@Suite struct FilesystemCollectorTests {
    private func tree(_ lines: String..., file: String = "proc/1/mountinfo") throws -> HostTree {
        let tree = try HostTree([file: lines.joined(separator: "\n") + "\n"])
        try tree.makeFolder("data")
        return tree
    }

    private func samples(_ round: Round, _ family: String) -> [String] {
        round.samples.filter { $0.hasPrefix("node_filesystem_\(family){") }
    }

    @Test func aMountIsMeasuredBelowTheRoot() throws {
        let tree = try self.tree("1 2 8:1 / /data rw - ext4 /dev/sda1 rw")
        let round = try collect(FilesystemCollector.self, roots: tree.roots)
        let labels =
            #"{device="/dev/sda1",device_error="",fstype="ext4",mountpoint="/data"}"#
        #expect(round.error == nil)
        #expect(round.samples.contains("node_filesystem_device_error\(labels) 0"))
        #expect(round.samples.contains("node_filesystem_readonly\(labels) 0"))
        #expect(round.samples.contains("node_filesystem_purgeable_bytes\(labels) 0"))
        #expect(
            round.samples.contains(
                #"node_filesystem_mount_info{device="/dev/sda1",major="8",minor="1",mountpoint="/data"} 1"#
            )
        )
        for family in ["size_bytes", "free_bytes", "avail_bytes", "files", "files_free"] {
            #expect(self.samples(round, family).count == 1)
        }
    }

    @Test func theRootsOwnPrefixIsStripped() throws {
        let tree = try HostTree()
        try tree.makeFolder("data")
        try tree.write(
            """
            1 2 8:1 / \(tree.path) rw - ext4 /dev/sda1 rw
            1 2 8:2 / \(tree.path)/data rw - ext4 /dev/sda2 rw

            """,
            to: "proc/1/mountinfo",
        )
        let round = try collect(FilesystemCollector.self, roots: tree.roots)
        #expect(
            self.samples(round, "device_error") == [
                #"node_filesystem_device_error{device="/dev/sda1",device_error="",fstype="ext4",mountpoint="/"} 0"#,
                #"node_filesystem_device_error{device="/dev/sda2",device_error="",fstype="ext4",mountpoint="/data"} 0"#,
            ]
        )
    }

    @Test func aMountThatFailsSaysWhyAndShowsNoSizes() throws {
        let tree = try self.tree("1 2 8:1 / /gone ro - ext4 /dev/sda1 rw")
        let round = try collect(FilesystemCollector.self, roots: tree.roots)
        let labels =
            #"{device="/dev/sda1",device_error="no such file or directory",fstype="ext4",mountpoint="/gone"}"#
        #expect(
            round.samples == [
                "node_filesystem_device_error\(labels) 1",
                "node_filesystem_readonly\(labels) 1",
            ]
        )
    }

    @Test(arguments: ["ext4", "nfs4"])
    func aMountThatStandsTwiceIsShownOnce(_ type: String) throws {
        let line = "1 2 8:1 / /data rw - \(type) server:/x rw"
        let tree = try self.tree(line, line)
        let round = try collect(FilesystemCollector.self, roots: tree.roots)
        #expect(self.samples(round, "size_bytes").count == 1)
    }

    @Test(arguments: [
        ("{}", 1), ("{mount_points_exclude: '^/data$'}", 1),
        ("{mount_points_exclude: '^$'}", 2), ("{mount_points_include: sys}", 1),
        ("{fs_types_include: nothing}", 0), ("{fs_types_exclude: ext4}", 0),
    ])
    func filtersAreNodeExportersOwn(_ yaml: String, _ count: Int) throws {
        let tree = try self.tree(
            "1 2 8:1 / /data rw - ext4 /dev/sda1 rw",
            "1 2 8:1 / /sys/x rw - ext4 /dev/sda1 rw",
        )
        let round = try collect(FilesystemCollector.self, yaml, roots: tree.roots)
        #expect(self.samples(round, "device_error").count == count)
    }

    @Test func withoutTheFirstProcessItsOwnTableDoes() throws {
        let tree = try self.tree(
            "1 2 8:1 / /data rw - ext4 /dev/sda1 rw",
            file: "proc/self/mountinfo",
        )
        let round = try collect(FilesystemCollector.self, roots: tree.roots)
        #expect(self.samples(round, "size_bytes").count == 1)
    }

    @Test func aChangedTableIsNoticed() throws {
        let tree = try self.tree("1 2 8:1 / /data rw - ext4 /dev/sda1 rw")
        var filesystem = try CollectorHarness(FilesystemCollector.self, roots: tree.roots)
        _ = filesystem.collect()
        try tree.write("1 2 8:1 / /data rw - xfs /dev/sdb1 ro\n", to: "proc/1/mountinfo")
        let round = filesystem.collect()
        #expect(
            self.samples(round, "readonly") == [
                #"node_filesystem_readonly{device="/dev/sdb1",device_error="",fstype="xfs",mountpoint="/data"} 1"#
            ]
        )
    }
}
