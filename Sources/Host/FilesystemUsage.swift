import CLinux
import Glibc

/// How much of a file system is used, by `statfs(2)`.
package struct FilesystemUsage: Sendable, Equatable {
    /// Bytes a block.
    package let blockSize: Double
    /// Blocks in all.
    package let blocks: Double
    /// Free blocks.
    package let freeBlocks: Double
    /// Free blocks for unprivileged users.
    package let availableBlocks: Double
    /// File nodes in all.
    package let files: Double
    /// Free file nodes.
    package let freeFiles: Double

    /// Asks the kernel about the file system at `path`.
    ///
    /// May wait for as long as a dead network file system lets it.
    package init(of path: String) throws(HostError) {
        var answer = statfs()
        while unsafe statfs(path, &answer) != 0 {
            let code = SystemErrorCode.current
            if code.rawValue != EINTR { throw .unreadable(path, "statfs", code) }
        }
        self.blockSize = Double(answer.f_bsize)
        self.blocks = Double(answer.f_blocks)
        self.freeBlocks = Double(answer.f_bfree)
        self.availableBlocks = Double(answer.f_bavail)
        self.files = Double(answer.f_files)
        self.freeFiles = Double(answer.f_ffree)
    }
}
