import Config
import Glibc
import Pipeline
import Synchronization

/// Which certificates and keys in files have changed, as far as requests have seen.
///
/// Libcurl knows files by their paths: a connection that was made with what a file held before would
/// be used again, be it idle or shared by requests under way. So each content of a file is given a
/// spelling of the path of its own.
final class TLSFileTable: Sendable {
    /// The most files that are known; the table starts afresh above it.
    private static let fileLimit = 1024

    /// What changes when a file does, a link to it (as in a Kubernetes volume) included.
    private struct Stamp: Equatable {
        let device: UInt64
        let inode: UInt64
        let size: Int64
        let seconds: Int
        let nanoseconds: Int

        init?(_ path: String) {
            var status = stat()
            if unsafe stat(path, &status) != 0 { return nil }
            self.device = UInt64(status.st_dev)
            self.inode = UInt64(status.st_ino)
            self.size = Int64(status.st_size)
            self.seconds = status.st_mtim.tv_sec
            self.nanoseconds = status.st_mtim.tv_nsec
        }
    }

    private struct Entry {
        var stamp: Stamp
        /// The number of the last change.
        var change: Int
    }

    private struct State {
        var files: [String: Entry] = [:]
        /// Changes of all files so far.
        var changes = 0
    }

    private let state = Mutex(State())

    /// The number of the last change of what TLS settings name.
    ///
    /// - Throws: `tls` when a file is not there.
    func lastChange(of tls: HTTPConnectionSettings.TLS) throws(HTTPFailure) -> Int {
        var last = 0
        for case .file(let path) in [tls.ca, tls.certificate, tls.key].compactMap(\.self) {
            guard let stamp = Stamp(path) else {
                let reason = unsafe String(cString: strerror(errno))
                throw HTTPFailure(
                    .tls,
                    "can't read \(path): \(reason); check the path and its permissions",
                )
            }
            last = max(last, self.note(path, stamp))
        }
        return last
    }

    private func note(_ path: String, _ stamp: Stamp) -> Int {
        self.state.withLock { state in
            if state.files[path] == nil, state.files.count >= Self.fileLimit {
                state.files = [:]
                // What is not known of may have changed.
                state.changes += 1
            }
            var entry = state.files[path] ?? Entry(stamp: stamp, change: state.changes)
            if entry.stamp != stamp {
                state.changes += 1
                entry = Entry(stamp: stamp, change: state.changes)
            }
            state.files[path] = entry
            return entry.change
        }
    }

    /// The most slashes that are added; as many changes later no connection is left.
    private static let spellings = 64

    /// The path as it is written for what the file holds after a change.
    static func spelling(_ path: String, after change: Int) -> String {
        let step = path.hasPrefix("/") ? "/" : "./"
        return String(repeating: step, count: change % Self.spellings) + path
    }
}
