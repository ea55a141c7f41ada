import Bytes
import Codecs
import Glibc
import Host

/// The file that events are written to, so that sinks read them as they read any log: each at its own
/// pace, from where it was, after a restart too.
struct EventFile: ~Copyable {
    /// The bytes after which the file is renamed and a new one begun.
    static let sizeLimit: Int64 = 8 << 20

    private let folder: String
    private var descriptor: Int32 = -1
    private var size: Int64 = 0

    /// Writes into `folder`, which is made when the first event comes.
    init(in folder: String) { self.folder = folder }

    deinit { if self.descriptor >= 0 { close(self.descriptor) } }

    /// Where events are written.
    static func path(in folder: String) -> String { "\(folder)/events.log" }

    /// Appends one event.
    mutating func append(_ event: EventObject) throws(HostError) {
        if self.descriptor < 0 { try self.open() }
        var json = JSONWriter()
        json.value(event)
        json.bytes.append("\n")
        let path = Self.path(in: self.folder)
        let count = json.bytes.count
        let written = unsafe json.bytes.span.withUnsafeBytes { bytes in
            unsafe write(self.descriptor, bytes.baseAddress, bytes.count)
        }
        if written != count { throw .unreadable(path, "write", .current) }
        self.size += Int64(count)
        if self.size >= Self.sizeLimit { try self.rotate() }
    }

    private mutating func open() throws(HostError) {
        let path = Self.path(in: self.folder)
        if unsafe mkdir(self.folder, 0o700) != 0, errno != EEXIST {
            throw .unreadable(self.folder, "mkdir", .current)
        }
        self.descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        if self.descriptor < 0 { throw .unreadable(path, "open", .current) }
        var status = stat()
        self.size = unsafe fstat(self.descriptor, &status) == 0 ? Int64(status.st_size) : 0
    }

    /// Begins a new file; the one before the last goes, though sinks read it to its end.
    private mutating func rotate() throws(HostError) {
        let path = Self.path(in: self.folder)
        close(self.descriptor)
        self.descriptor = -1
        if unsafe rename(path, "\(path).1") != 0 { throw .unreadable(path, "rename", .current) }
    }
}
