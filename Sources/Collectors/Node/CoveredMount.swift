import Host

/// A mount that the filesystem collector covers, ready to be asked and shown.
struct CoveredMount: Sendable, Hashable {
    let device: String
    let mountPoint: String
    let type: String
    let major: Int
    let minor: Int
    let isReadOnly: Bool
    /// Where this process finds the mount point.
    let path: String
    /// Whether the kernel answers from its own memory, without a server or another program.
    let isPrompt: Bool

    /// Types whose `statfs` reads counters in memory and whose paths the kernel walks by itself.
    ///
    /// What is not here may hang: network file systems, FUSE, and overlays on top of either.
    private static let promptTypes: Set<String> = [
        "bpf", "btrfs", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs",
        "exfat", "ext2", "ext3", "ext4", "f2fs", "hugetlbfs", "mqueue", "proc", "pstore",
        "ramfs", "rootfs", "securityfs", "sysfs", "tmpfs", "tracefs", "vfat", "xfs",
    ]

    /// The mounts that the options cover, each once.
    static func all(
        of mounts: [Mount],
        _ options: FilesystemCollector.Options,
        rootfs: String,
    ) -> [CoveredMount] {
        let foreign = mounts.filter { !Self.promptTypes.contains($0.type) }.map {
            Self.stripped($0.mountPoint, of: rootfs)
        }
        var seen: Set<[String]> = []
        var covered: [CoveredMount] = []
        for mount in mounts {
            let point = Self.stripped(mount.mountPoint, of: rootfs)
            if options.mountPoints.ignores(point) || options.types.ignores(mount.type) {
                continue
            }
            let key = [mount.source, point, mount.type, "\(mount.major):\(mount.minor)"]
            if !seen.insert(key).inserted { continue }
            covered.append(
                CoveredMount(
                    device: mount.source,
                    mountPoint: point,
                    type: mount.type,
                    major: mount.major,
                    minor: mount.minor,
                    isReadOnly: mount.isReadOnly,
                    path: Self.joined(rootfs, point),
                    isPrompt: !foreign.contains { Self.isPrefix($0, of: point) },
                )
            )
        }
        return covered
    }

    /// The mount point as the host sees it.
    private static func stripped(_ path: String, of rootfs: String) -> String {
        if rootfs == "/" || !path.hasPrefix(rootfs) { return path }
        let rest = path.dropFirst(rootfs.count)
        return rest.isEmpty ? "/" : String(rest)
    }

    /// Whether the path `point` leads through, or to, the mount point `other`.
    private static func isPrefix(_ other: String, of point: String) -> Bool {
        if other == "/" || other == point { return true }
        return point.hasPrefix(other) && point.dropFirst(other.count).first == "/"
    }

    private static func joined(_ rootfs: String, _ path: String) -> String {
        if rootfs == "/" { return path }
        return path == "/" ? rootfs : rootfs + path
    }
}
