import Bytes
import Glibc
import Host

/// One file of a journal as it was when it was looked at last.
struct JournalFile: Sendable, Hashable {
    let file: JournalHandle.File
    var header: JournalFileHeader

    /// Whether entries may be added.
    var isLive: Bool { !self.header.isArchived && !self.isSetAside }

    /// Whether it has a name of its own for good: those that journald has set aside have an `@`.
    var isSetAside: Bool {
        self.path.split(separator: "/").last.map { $0.contains("@") } ?? false
    }

    var path: String { self.file.path }

    /// Whether it is this file, whatever its name and however much is in it by now.
    func isSame(as other: JournalFile) -> Bool {
        self.file.inode == other.file.inode && self.header.fileID == other.header.fileID
    }

    init(_ file: JournalHandle.File, _ header: JournalFileHeader) {
        self.file = file
        self.header = header
    }

    /// Looks at a file.
    init(at path: String) throws(HostError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        if descriptor < 0 { throw .unreadable(path, "open", .current) }
        defer { close(descriptor) }
        var status = stat()
        if unsafe fstat(descriptor, &status) != 0 { throw .unreadable(path, "fstat", .current) }
        var head = OutputBuffer(capacity: JournalFileHeader.length)
        var count = 0
        unsafe head.appendInPlace(upTo: JournalFileHeader.length) { room in
            count = unsafe pread(descriptor, room.baseAddress, room.count, 0)
            return max(count, 0)
        }
        if count < 0 { throw .unreadable(path, "read", .current) }
        do {
            self.header = try JournalFileHeader(parsing: head.span)
        } catch {
            throw .malformed(path, error)
        }
        self.file = .init(path: path, inode: UInt64(status.st_ino))
    }

    /// Whether `name` is that of a journal file; those that journald found damaged end in `~`.
    static func isJournal(_ name: String) -> Bool {
        name.hasSuffix(".journal") || name.hasSuffix(".journal~")
    }

    /// Whether `name` is that of a machine's folder; namespaces of journald have other ones.
    static func isMachine(_ name: String) -> Bool {
        name.utf8.count == 32 && name.utf8.allSatisfy { hexDigit($0) != nil }
    }
}
