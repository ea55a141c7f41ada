import Glibc

/// What of a file changes with its content.
///
/// Of files that nobody has open, inodes alone tell nothing: another file may have got the number
/// while nobody looked, even under the same name and with the same size.
struct FileStamp: Hashable {
    let size: Int64
    /// In nanoseconds since 1970.
    private let writtenAt: Int64

    /// Takes what the kernel tells of a file.
    init(_ status: stat) {
        self.size = Int64(status.st_size)
        let time = status.st_mtim
        self.writtenAt = Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}
