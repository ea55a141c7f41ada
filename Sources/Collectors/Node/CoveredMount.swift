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

    /// The mounts that the options cover, each once.
    static func all(
        of mounts: [Mount],
        _ options: FilesystemCollector.Options,
        rootfs: String,
    ) -> [CoveredMount] {
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

    private static func joined(_ rootfs: String, _ path: String) -> String {
        if rootfs == "/" { return path }
        return path == "/" ? rootfs : rootfs + path
    }
}
