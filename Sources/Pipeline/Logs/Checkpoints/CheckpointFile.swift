import Bytes
import Glibc
import Host

/// Why a checkpoint file could not be read or written.
struct CheckpointError: Error, CustomStringConvertible {
    private let path: String
    private let call: StaticString
    /// The system's error number.
    let code: SystemErrorCode

    /// Takes the error of a system call that just failed.
    init(_ path: String, _ call: StaticString) {
        self.path = path
        self.call = call
        self.code = .current
    }

    var description: String {
        "\(self.path): \(self.call) failed: \(self.code.text) (\(self.code.name))"
    }
}

/// The checkpoint file of one sink on disk: records are appended, and now and then it is replaced.
///
/// One `write` for each change, so that a killed process loses nothing; `fdatasync` at intervals, for
/// a lost machine. It is replaced by writing a new file, syncing and renaming it.
struct CheckpointFile: ~Copyable {
    /// What was found on disk.
    struct Found {
        var table: CheckpointTable
        var reading: CheckpointTable.Reading
        /// Where a file was put that could not be understood.
        var setAside: String?
    }

    /// The most bytes of a checkpoint file that are read.
    private static let sizeLimit = 256 << 20

    let path: String
    private var descriptor: Int32 = -1
    /// How many bytes of the file are sound.
    private(set) var length = 0

    /// Names the file; nothing is opened.
    init(path: String) {
        self.path = path
    }

    deinit {
        if self.descriptor >= 0 { close(self.descriptor) }
    }

    /// Whether records can be appended.
    var isOpen: Bool { self.descriptor >= 0 }

    /// Reads what is there; a file that is not a checkpoint, or damaged, is kept under a new name.
    static func load(path: String) throws(CheckpointError) -> Found {
        var found = Found(table: CheckpointTable(), reading: .init())
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        if file < 0 {
            if errno != ENOENT { throw CheckpointError(path, "open") }
            found.reading.isIncomplete = false
            return found
        }
        defer { close(file) }
        var bytes = OutputBuffer(capacity: 64 << 10)
        while bytes.count < Self.sizeLimit {
            var count = 0
            unsafe bytes.appendInPlace(upTo: 64 << 10) { room in
                count = unsafe Glibc.read(file, room.baseAddress, room.count)
                return max(count, 0)
            }
            if count < 0 { throw CheckpointError(path, "read") }
            if count == 0 { break }
        }
        let read = CheckpointTable.read(bytes.span)
        if let read {
            found.table = read.table
            found.reading = read.reading
        } else {
            found.reading.damagedBytes = bytes.count
        }
        if found.reading.damagedBytes > 0 {
            let aside = path + ".damaged"
            if unsafe rename(path, aside) == 0 { found.setAside = aside }
        }
        return found
    }

    /// Replaces the file by one that says what `table` says, and goes on in it.
    mutating func replace(with table: CheckpointTable) throws(CheckpointError) {
        var bytes = OutputBuffer(capacity: 4096)
        table.append(to: &bytes)
        let new = self.path + ".new"
        let file = unsafe open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        if file < 0 { throw CheckpointError(new, "open") }
        do throws(CheckpointError) {
            try Self.write(bytes.span, to: file, new)
            if fsync(file) != 0 { throw CheckpointError(new, "fsync") }
            if unsafe rename(new, self.path) != 0 {
                throw CheckpointError(new, "rename")
            }
        } catch {
            close(file)
            unsafe unlink(new)
            throw error
        }
        if self.descriptor >= 0 { close(self.descriptor) }
        self.descriptor = file
        self.length = bytes.count
        Self.syncFolder(of: self.path)
    }

    /// Appends records; on failure the file ends where it ended before, or is closed.
    mutating func append(_ records: borrowing Span<UInt8>) throws(CheckpointError) {
        do throws(CheckpointError) {
            try Self.write(records, to: self.descriptor, self.path)
        } catch {
            // Half a record would be taken for damage.
            if ftruncate(self.descriptor, self.length) != 0
                || lseek(self.descriptor, self.length, SEEK_SET) < 0
            {
                self.shut()
            }
            throw error
        }
        self.length += records.count
    }

    /// Brings what was appended to the disk.
    func sync() throws(CheckpointError) {
        if self.descriptor >= 0, fdatasync(self.descriptor) != 0 {
            throw CheckpointError(self.path, "fdatasync")
        }
    }

    private mutating func shut() {
        if self.descriptor >= 0 { close(self.descriptor) }
        self.descriptor = -1
    }

    private static func write(
        _ bytes: borrowing Span<UInt8>,
        to file: Int32,
        _ path: String,
    ) throws(CheckpointError) {
        var offset = 0
        while offset < bytes.count {
            let rest = bytes.extracting(droppingFirst: offset)
            let count = unsafe rest.withUnsafeBufferPointer {
                unsafe Glibc.write(file, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { throw CheckpointError(path, "write") }
            offset += count
        }
    }

    private static func syncFolder(of path: String) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let file = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if file < 0 { return }
        fsync(file)
        close(file)
    }
}
