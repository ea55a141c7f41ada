/// Where the host's file systems are mounted as the agent sees them.
///
/// On a host they are the usual places; in a DaemonSet they lie below `/host`.
package struct HostRoots: Sendable, Hashable {
    /// The host's `/proc`.
    package var procfs: String
    /// The host's `/sys`.
    package var sysfs: String
    /// The host's `/`.
    package var rootfs: String
    /// The host's `/sys/fs/cgroup`.
    package var cgroupfs: String
    /// The host's `/run/udev/data`.
    package var udevData: String

    /// The usual places, unless said otherwise; a trailing slash is dropped.
    package init(
        procfs: String = "/proc",
        sysfs: String = "/sys",
        rootfs: String = "/",
        cgroupfs: String = "/sys/fs/cgroup",
        udevData: String = "/run/udev/data",
    ) {
        self.procfs = Self.normalized(procfs)
        self.sysfs = Self.normalized(sysfs)
        self.rootfs = Self.normalized(rootfs)
        self.cgroupfs = Self.normalized(cgroupfs)
        self.udevData = Self.normalized(udevData)
    }

    private static func normalized(_ path: String) -> String {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }
}
