import CLinux
import Glibc

/// An error number of a system call.
package struct SystemErrorCode: Sendable, Hashable {
    /// The number (`errno`).
    package let rawValue: Int32

    /// Wraps a number.
    package init(_ rawValue: Int32) { self.rawValue = rawValue }

    /// The calling thread's `errno`.
    package static var current: SystemErrorCode { SystemErrorCode(errno) }

    /// `ENOENT`.
    package static let noSuchFile = SystemErrorCode(ENOENT)
    /// `EACCES`.
    package static let notPermitted = SystemErrorCode(EACCES)
    /// `ENOTDIR`.
    package static let notADirectory = SystemErrorCode(ENOTDIR)
    /// `EOPNOTSUPP`, the same number as `ENOTSUP`.
    package static let notSupported = SystemErrorCode(EOPNOTSUPP)

    /// Whether another try may succeed once other files were closed: `EMFILE`, `ENFILE`.
    package var isForLackOfDescriptors: Bool {
        self.rawValue == EMFILE || self.rawValue == ENFILE
    }

    /// The symbolic name: `ENOENT`.
    package var name: String {
        guard let name = unsafe clinux_error_name(self.rawValue) else {
            return "errno \(self.rawValue)"
        }
        return unsafe String(cString: name)
    }

    /// The text as Go's `syscall.Errno` has it, which dashboards and alerts know from labels.
    ///
    /// It is glibc's in lower case, but for names, and with one wording of its own.
    package var text: String {
        if self.rawValue == ESTALE { return "stale NFS file handle" }
        guard let known = unsafe clinux_error_text(self.rawValue) else {
            return "errno \(self.rawValue)"
        }
        let text = unsafe String(cString: known)
        // "RPC struct is bad" and ".lib section" keep their first letters.
        let head = text.utf8.prefix(2)
        let isWord = head.count == 2 && head.last.map { $0 >= 0x61 && $0 <= 0x7a } == true
        return isWord ? text.prefix(1).lowercased() + text.dropFirst() : text
    }
}
