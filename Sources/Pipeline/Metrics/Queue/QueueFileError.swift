import Host

/// Why the queue on disk can't be read or written.
struct QueueFileError: Error, Sendable, CustomStringConvertible {
    /// The file or folder.
    let path: String
    private let call: StaticString
    /// The system's error number.
    let code: SystemErrorCode
    private var remedy = ""

    /// Takes the error of a system call that just failed.
    init(_ path: String, _ call: StaticString) {
        self.path = path
        self.call = call
        self.code = .current
    }

    private init(_ path: String, _ call: StaticString, _ code: SystemErrorCode, _ remedy: String) {
        self.path = path
        self.call = call
        self.code = code
        self.remedy = remedy
    }

    /// Another process holds the folder.
    static func locked(_ path: String) -> QueueFileError {
        QueueFileError(
            path,
            "flock",
            .tryAgain,
            "; another process uses this folder: give each agent its own state_dir,"
                + " and each receiver its own name",
        )
    }

    /// The file is gone though it is in use.
    static func vanished(_ path: String) -> QueueFileError {
        QueueFileError(path, "fstat", .noSuchFile, "; it was removed while it was in use")
    }

    var description: String {
        "\(self.path): \(self.call) failed: \(self.code.text) (\(self.code.name))\(self.remedy)"
    }
}

extension SystemErrorCode {
    /// `EAGAIN`, the same number as `EWOULDBLOCK`.
    fileprivate static let tryAgain = SystemErrorCode(11)
}
