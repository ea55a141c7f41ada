import Config
import Glibc
import Pipeline
import Synchronization

/// When certificates and keys in files were last changed, as far as requests have seen.
///
/// Libcurl knows files by their paths: a connection that was made with what a file held before
/// would be used again. So a request says how old its connection may be at the most.
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
        /// When a request first saw another stamp; nil as long as none has.
        var changed: ContinuousClock.Instant?
    }

    private let files = Mutex<[String: Entry]>([:])

    /// The last change of what TLS settings name; nil without one.
    ///
    /// - Throws: `tls` when a file is not there.
    func lastChange(
        of tls: HTTPConnectionSettings.TLS
    ) throws(HTTPFailure) -> ContinuousClock.Instant? {
        var last: ContinuousClock.Instant?
        for case .file(let path) in [tls.ca, tls.certificate, tls.key].compactMap(\.self) {
            guard let stamp = Stamp(path) else {
                let reason = unsafe String(cString: strerror(errno))
                throw HTTPFailure(
                    .tls,
                    "can't read \(path): \(reason); check the path and its permissions",
                )
            }
            if let changed = self.note(path, stamp) { last = max(last ?? changed, changed) }
        }
        return last
    }

    private func note(_ path: String, _ stamp: Stamp) -> ContinuousClock.Instant? {
        self.files.withLock { files in
            if files[path] == nil, files.count >= Self.fileLimit { files = [:] }
            var entry = files[path] ?? Entry(stamp: stamp)
            if entry.stamp != stamp {
                entry.stamp = stamp
                entry.changed = .now
            }
            files[path] = entry
            return entry.changed
        }
    }
}
