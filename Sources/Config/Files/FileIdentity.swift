internal import Glibc

/// What `stat` says of a file; two looks with equal identity saw the same content.
package struct FileIdentity: Sendable, Hashable {
    private let device: UInt
    private let inode: UInt
    private let size: Int
    private let seconds: Int
    private let nanoseconds: Int

    /// The file at `path` now, links followed; nil if there is none.
    package init?(path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        self.device = UInt(status.st_dev)
        self.inode = UInt(status.st_ino)
        self.size = Int(status.st_size)
        self.seconds = status.st_mtim.tv_sec
        self.nanoseconds = status.st_mtim.tv_nsec
    }

    /// When the file's content changed, in seconds since 1970.
    package var modified: Double { Double(self.seconds) + Double(self.nanoseconds) * 1e-9 }
}
