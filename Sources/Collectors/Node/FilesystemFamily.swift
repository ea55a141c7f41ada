import Codecs
import Host

/// The families of the filesystem collector.
struct FilesystemFamily: Sendable {
    let family: MetricFamily

    private init(_ name: String, _ help: String) {
        self.family = MetricFamily("node_filesystem_\(name)", .gauge, help)
    }

    static let deviceError = FilesystemFamily(
        "device_error",
        "Whether an error occurred while getting statistics for the given device.",
    )
    static let readOnly = FilesystemFamily("readonly", "Filesystem read-only status.")
    static let mountInfo = FilesystemFamily("mount_info", "Filesystem mount information.")

    /// The families of a file system that answered, and what they show.
    static let usage: [(FilesystemFamily, @Sendable (FilesystemUsage) -> Double)] = [
        (
            FilesystemFamily("size_bytes", "Filesystem size in bytes."),
            { $0.blocks * $0.blockSize },
        ),
        (
            FilesystemFamily("free_bytes", "Filesystem free space in bytes."),
            { $0.freeBlocks * $0.blockSize },
        ),
        (
            FilesystemFamily(
                "avail_bytes",
                "Filesystem space available to non-root users in bytes.",
            ),
            { $0.availableBlocks * $0.blockSize },
        ),
        (FilesystemFamily("files", "Filesystem total file nodes."), { $0.files }),
        (FilesystemFamily("files_free", "Filesystem total free file nodes."), { $0.freeFiles }),
        (
            // Always 0 on Linux; node_exporter shows it all the same.
            FilesystemFamily(
                "purgeable_bytes",
                "Filesystem space available including purgeable space (MacOS specific).",
            ),
            { _ in 0 },
        ),
    ]
}
