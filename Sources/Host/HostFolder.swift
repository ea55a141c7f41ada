import Glibc

/// An open folder, below which files are found without walking its own path again.
///
/// For folders of `/sys` with many small files: there, finding a file costs more than reading it.
package struct HostFolder: ~Copyable {
    /// The folder's path.
    package let path: String
    let descriptor: Int32

    /// Opens the folder at `path`.
    package init(_ path: String) throws(HostError) {
        self.path = path
        self.descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if self.descriptor < 0 { throw .unreadable(path, "open", .current) }
    }

    deinit {
        close(self.descriptor)
    }
}
