package import Config

extension FilesystemCollector {
    /// What `filesystem` can be told.
    package struct Options: ComponentOptions {
        /// node_exporter's default.
        static let defaultMountPointsExclude =
            "^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+|"
            + "var/lib/containers/storage/.+)($|/)"
        /// node_exporter's default.
        static let defaultTypesExclude =
            "^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|"
            + "hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|procfs|pstore|rpc_pipefs|securityfs|"
            + "selinuxfs|squashfs|erofs|sysfs|tracefs)$"

        /// Which mount points are covered.
        let mountPoints: DeviceFilter
        /// Which types of file systems are covered.
        let types: DeviceFilter
        /// How long all mounts together may take to answer.
        let mountTimeout: Duration
        /// How many mounts are asked at once when they are slow.
        let statWorkers: Int

        package init(from node: inout ConfigNode) throws(ConfigError) {
            self.mountPoints = DeviceFilter(
                "mount_points",
                from: &node,
                excluding: Self.defaultMountPointsExclude,
                "mount points",
            )
            self.types = DeviceFilter(
                "fs_types",
                from: &node,
                excluding: Self.defaultTypesExclude,
                "file system types",
            )
            self.mountTimeout = node.duration(
                "mount_timeout",
                default: .seconds(5),
                in: .milliseconds(1) ... .seconds(60),
                "How long to wait for a mount to respond before marking it as stale.",
            )
            self.statWorkers = node.int(
                "stat_workers",
                default: 4,
                in: 1...64,
                "How many stat calls to process simultaneously.",
            )
        }
    }
}
