import Bytes
import Glibc
import Host

/// The folder of one receiver's queue on disk: its lock, its cursor and its segments.
///
/// `lock` is held with flock(2) as long as the folder is in use. `cursor` is replaced by writing a
/// new file, syncing and renaming it. Segments are `%016x.blocks`, by a number that rises.
struct QueueFolder: ~Copyable {
    static let suffix = ".blocks"

    let path: String
    private var lock: Int32 = -1

    /// Names the folder; nothing is opened.
    init(path: String) { self.path = path }

    deinit { if self.lock >= 0 { close(self.lock) } }

    /// The folder of a receiver below a state folder: letters of its name, and a hash of all of it.
    static func name(of receiver: String) -> String {
        let plain = receiver.utf8.prefix(48).map { byte -> UInt8 in
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte)
                || (0x61...0x7a).contains(byte) || byte == 0x2d || byte == 0x5f
            return isPlain ? byte : 0x5f
        }
        var name = OutputBuffer(capacity: 64)
        name.append(String(decoding: plain, as: UTF8.self))
        name.append(UInt8(ascii: "-"))
        name.append(
            hex: UInt64(CRC32C.checksum(of: Array(receiver.utf8).span)),
            width: 8,
        )
        return name.text
    }

    /// Makes the folder where it is missing and takes its lock.
    mutating func open() throws(QueueFileError) {
        Self.make(self.path)
        let path = "\(self.path)/lock"
        let file = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if file < 0 { throw QueueFileError(path, "open") }
        if flock(file, LOCK_EX | LOCK_NB) != 0 {
            let error =
                errno == EWOULDBLOCK
                ? QueueFileError.locked(path) : QueueFileError(path, "flock")
            close(file)
            throw error
        }
        if self.lock >= 0 { close(self.lock) }
        self.lock = file
    }

    /// The path of a segment.
    func segment(_ number: UInt64) -> String {
        var name = OutputBuffer(capacity: 32)
        name.append(hex: number, width: 16)
        return "\(self.path)/\(name.text)\(Self.suffix)"
    }

    /// The numbers of the segments that are there, in order.
    func segments() throws(QueueFileError) -> [UInt64] {
        let names: [String]
        do throws(HostError) {
            names = try DirectoryListing.names(at: self.path)
        } catch {
            throw QueueFileError(self.path, "opendir")
        }
        return names.compactMap { name in
            guard name.hasSuffix(Self.suffix), name.utf8.count == 16 + Self.suffix.utf8.count
            else { return nil }
            return UInt64(name.prefix(16), radix: 16)
        }.sorted()
    }

    /// Removes a segment; one that can't be removed is found again, settled, after a restart.
    func remove(_ number: UInt64) { unsafe unlink(self.segment(number)) }

    /// Reads the cursor: nil when it is damaged, one that has nothing settled when there is none.
    func readCursor() throws(QueueFileError) -> QueueCursor? {
        let path = "\(self.path)/cursor"
        let file: SegmentFile
        do throws(QueueFileError) {
            file = try SegmentFile(reading: path)
        } catch {
            if error.code == .noSuchFile { return QueueCursor() }
            throw error
        }
        var bytes = OutputBuffer(capacity: 64)
        try file.read(at: 0, upTo: QueueCursor.sizeLimit + 1, into: &bytes)
        return QueueCursor(bytes.span)
    }

    /// Replaces the cursor.
    func write(_ cursor: QueueCursor) throws(QueueFileError) {
        var bytes = OutputBuffer(capacity: 64)
        cursor.append(to: &bytes)
        let path = "\(self.path)/cursor"
        let new = path + ".new"
        unsafe unlink(new)
        do throws(QueueFileError) {
            let file = try SegmentFile(creating: new)
            try file.append(bytes, OutputBuffer(capacity: 16))
            try file.sync()
        } catch {
            unsafe unlink(new)
            throw error
        }
        if unsafe rename(new, path) != 0 { throw QueueFileError(path, "rename") }
        self.sync()
    }

    /// Brings new and removed names to the disk.
    func sync() {
        let file = unsafe Glibc.open(self.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if file < 0 { return }
        fsync(file)
        close(file)
    }

    private static func make(_ folder: String) {
        var path = folder.hasPrefix("/") ? "" : "."
        for part in folder.split(separator: "/") {
            path += "/\(part)"
            unsafe mkdir(path, 0o700)
        }
    }
}
