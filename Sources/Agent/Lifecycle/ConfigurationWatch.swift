import Glibc
import Pipeline

/// Notices that the configuration file is another one.
///
/// By looking, not by inotify: one `stat` in a few seconds costs nothing, works on every file
/// system, and follows a ConfigMap's `..data` symlink when the kubelet swaps it.
struct ConfigurationWatch {
    /// The time between two looks.
    static let interval = Duration.seconds(3)

    /// What `stat` says of a file; two files with equal identity are taken for the same.
    struct Identity: Equatable {
        let device: UInt
        let inode: UInt
        let size: Int
        let seconds: Int
        let nanoseconds: Int

        /// The file at `path` now; nil if there is none.
        init?(path: String) {
            var status = stat()
            guard unsafe stat(path, &status) == 0 else { return nil }
            self.device = UInt(status.st_dev)
            self.inode = UInt(status.st_ino)
            self.size = Int(status.st_size)
            self.seconds = status.st_mtim.tv_sec
            self.nanoseconds = status.st_mtim.tv_nsec
        }
    }

    private let path: String
    private var known: Identity?

    /// Watches the file at `path`, which is taken as known now.
    init(path: String) {
        self.path = path
        self.known = Identity(path: path)
    }

    /// Returns when the file is another one; nil when cancelled.
    ///
    /// A file that vanishes is waited for: an editor may be writing it anew.
    mutating func next(on clock: any AgentClock) async -> Identity? {
        while true {
            do { try await clock.sleep(for: Self.interval) } catch { return nil }
            guard let found = Identity(path: self.path), found != self.known else { continue }
            self.known = found
            return found
        }
    }
}
