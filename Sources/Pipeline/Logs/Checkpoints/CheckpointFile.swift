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
    init(_ path: String, _ call: StaticString, _ code: SystemErrorCode = .current) {
        self.path = path
        self.call = call
        self.code = code
    }

    var description: String {
        "\(self.path): \(self.call) failed: \(self.code.text) (\(self.code.name))"
    }
}

/// The checkpoint file of one sink on disk: records are appended, and now and then it is replaced.
///
/// One `write` for each change, so that a killed process loses nothing; `fdatasync` at intervals, for
/// a lost machine. It is replaced by writing a new file, syncing and renaming it; what is appended
/// meanwhile goes to both.
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
    /// The file that is to take its place, and how long that is.
    private var successor: (descriptor: Int32, length: Int)?

    /// Names the file; nothing is opened.
    init(path: String) {
        self.path = path
    }

    deinit {
        if self.descriptor >= 0 { close(self.descriptor) }
        if let successor { close(successor.descriptor) }
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
        try self.prepareSuccessor(with: table)
        if let successor, fsync(successor.descriptor) != 0 {
            let error = CheckpointError(self.successorPath, "fsync")
            self.dropSuccessor()
            throw error
        }
        try self.succeed()
        if let folder = self.openFolder() {
            fsync(folder)
            close(folder)
        }
    }

    /// Writes a file that says what `table` says beside this one.
    mutating func prepareSuccessor(with table: CheckpointTable) throws(CheckpointError) {
        self.dropSuccessor()
        var bytes = OutputBuffer(capacity: 4096)
        table.append(to: &bytes)
        let path = self.successorPath
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        if file < 0 { throw CheckpointError(path, "open") }
        self.successor = (file, bytes.count)
        do throws(CheckpointError) {
            try Self.write(bytes.span, to: file, path)
        } catch {
            self.dropSuccessor()
            throw error
        }
    }

    /// Lets the file that was prepared take the place of this one; it has to be on the disk.
    mutating func succeed() throws(CheckpointError) {
        guard let successor else { return }
        if unsafe rename(self.successorPath, self.path) != 0 {
            let error = CheckpointError(self.successorPath, "rename")
            self.dropSuccessor()
            throw error
        }
        self.shut()
        self.descriptor = successor.descriptor
        self.length = successor.length
        self.successor = nil
    }

    /// Whether a file was prepared that has not taken the place of this one.
    var hasSuccessor: Bool { self.successor != nil }

    private mutating func dropSuccessor() {
        guard let successor else { return }
        close(successor.descriptor)
        unsafe unlink(self.successorPath)
        self.successor = nil
    }

    private var successorPath: String { self.path + ".new" }

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
        guard let successor else { return }
        do throws(CheckpointError) {
            try Self.write(records, to: successor.descriptor, self.successorPath)
            self.successor?.length += records.count
        } catch {
            self.dropSuccessor()
            throw error
        }
    }

    /// Begins to bring what was appended to the disk, or the file that was prepared.
    func sync() throws(CheckpointError) -> CheckpointSync? {
        if let successor {
            return try CheckpointSync(successor.descriptor, self.successorPath)
        }
        return self.descriptor < 0 ? nil : try CheckpointSync(self.descriptor, self.path)
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

    /// Begins to bring to the disk what names the folder has.
    func syncFolder() throws(CheckpointError) -> CheckpointSync? {
        guard let folder = self.openFolder() else { return nil }
        defer { close(folder) }
        return try CheckpointSync(folder, self.path)
    }

    private func openFolder() -> Int32? {
        let folder = self.path.lastIndex(of: "/").map { String(self.path[..<$0]) } ?? "."
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        return descriptor < 0 ? nil : descriptor
    }
}
