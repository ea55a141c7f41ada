import Bytes
import Codecs
import Glibc
import Host

/// The kernel's log, record by record.
protocol KernelLogDevice: AnyObject {
    /// Readable while there are records; nil where nothing tells.
    var descriptor: Int32? { get }

    /// Replaces `record` by the next one.
    func read(into record: inout OutputBuffer) throws(HostError) -> KernelLogRead
}

/// What a read of the kernel's log brought.
enum KernelLogRead: Sendable, Hashable {
    /// A record.
    case record
    /// There is none; there may be one later.
    case end
    /// The next records were overwritten, or are too long; the read after this one goes on.
    case skipped
}

/// The device `/dev/kmsg`, in which everyone who opens it has a place of their own.
final class KernelMessageDevice: KernelLogDevice {
    private let path: String
    private let file: Int32

    /// Opens the log at its oldest record.
    init(path: String) throws(HostError) {
        self.path = path
        self.file = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
        if self.file < 0 { throw .unreadable(path, "open", .current) }
    }

    deinit { close(self.file) }

    var descriptor: Int32? { self.file }

    func read(into record: inout OutputBuffer) throws(HostError) -> KernelLogRead {
        record.removeAll()
        var count = 0
        var code: Int32 = 0
        unsafe record.appendInPlace(upTo: KernelRecordDecoder.recordLimit) { room in
            repeat {
                count = unsafe Glibc.read(self.file, room.baseAddress, room.count)
                code = errno
            } while count < 0 && code == EINTR
            return max(count, 0)
        }
        if count > 0 { return .record }
        if count == 0 || code == EAGAIN { return .end }
        if code == EPIPE || code == EINVAL { return .skipped }
        throw .unreadable(self.path, "read", SystemErrorCode(code))
    }
}
