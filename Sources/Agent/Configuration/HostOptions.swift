package import Config
package import Host

/// `host`: where the host's file systems are mounted.
package struct HostOptions: ComponentOptions, Hashable {
    /// The roots, as given or as they are on a host.
    package let roots: HostRoots

    package init(from node: inout ConfigNode) throws(ConfigError) {
        let usual = HostRoots()
        self.roots = HostRoots(
            procfs: node.string(
                "procfs",
                default: usual.procfs,
                "The host's /proc; in a DaemonSet usually /host/proc.",
            ),
            sysfs: node.string(
                "sysfs",
                default: usual.sysfs,
                "The host's /sys; in a DaemonSet usually /host/sys.",
            ),
            rootfs: node.string(
                "rootfs",
                default: usual.rootfs,
                "The host's /; it is taken off the mount points that are reported.",
            ),
            cgroupfs: node.string(
                "cgroupfs",
                default: usual.cgroupfs,
                "The host's /sys/fs/cgroup.",
            ),
            udevData: node.string(
                "udev_data",
                default: usual.udevData,
                "The host's udev database, for disk models and serial numbers.",
            ),
        )
    }
}
