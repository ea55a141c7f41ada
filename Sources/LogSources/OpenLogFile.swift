import Bytes
import Glibc
import Host
import Pipeline

/// An open file, shared by whoever reads it; closed when nobody does any more.
final class OpenLogFile: Sendable {
    private let descriptor: Int32
    let inode: UInt64

    /// Takes an open descriptor over.
    init(_ descriptor: Int32, inode: UInt64) {
        self.descriptor = descriptor
        self.inode = inode
    }

    deinit { close(self.descriptor) }

    /// Gives the file back to its disk while readers still have it: they find it empty.
    func letGo() {
        // One call puts another file in its place, so that no read sees anything in between.
        let nothing = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
        if nothing < 0 { return }
        dup2(nothing, self.descriptor)
        _ = fcntl(self.descriptor, F_SETFD, FD_CLOEXEC)
        close(nothing)
    }

    /// What the kernel tells of a file.
    struct Status {
        /// In bytes.
        let size: Int64
        /// The bytes that it takes on its disk.
        let stored: Int64
        /// How many names it has.
        let names: UInt64
        let stamp: FileStamp
    }

    /// Asks the kernel.
    func status() throws(HostError) -> Status {
        var status = stat()
        if unsafe fstat(self.descriptor, &status) != 0 {
            throw .unreadable("", "fstat", .current)
        }
        // Source: stat(2): blocks of 512 bytes, whatever the file system's are.
        return Status(
            size: Int64(status.st_size),
            stored: Int64(status.st_blocks) * 512,
            names: UInt64(status.st_nlink),
            stamp: FileStamp(status),
        )
    }

    /// The first bytes of the file that are not NUL: a hole in front is what a truncation under a
    /// writer leaves, and tells nothing of one file and the next.
    ///
    /// Nothing if there are none; NUL bytes if there are too many to look behind them.
    func head() -> OutputBuffer {
        var head = OutputBuffer(capacity: LogIdentity.fingerprintLimit)
        _ = self.read(into: &head, at: 0, limit: LogIdentity.fingerprintLimit)
        if head.count == 0 || head.span[0] != 0 { return head }
        head.removeAll()
        guard let start = self.firstData() else { return head }
        _ = self.read(into: &head, at: start, limit: LogIdentity.fingerprintLimit)
        return head
    }

    /// Where the first byte is that is not NUL, or the block in which looking for it ended; nil if
    /// there is none.
    func firstData() -> Int64? {
        // The descriptor's own position serves nothing else.
        var offset = Int64(lseek(self.descriptor, 0, Self.seekData))
        if offset < 0 { return nil }
        var bytes = OutputBuffer(capacity: Self.blockSize)
        for _ in 0..<Self.blockLimit {
            bytes.removeAll()
            _ = self.read(into: &bytes, at: offset, limit: Self.blockSize)
            let holes = bytes.span.leadingNULs
            offset += Int64(holes)
            if holes < bytes.count { return offset }
            if holes == 0 { return nil }
        }
        return offset
    }

    /// Appends up to `limit` bytes at `offset`; returns how many, or -1 with `errno` set.
    func read(into out: inout OutputBuffer, at offset: Int64, limit: Int) -> Int {
        var count = 0
        unsafe out.appendInPlace(upTo: limit) { room in
            repeat {
                count = unsafe pread(self.descriptor, room.baseAddress, room.count, Int(offset))
            } while count < 0 && errno == EINTR
            return max(count, 0)
        }
        return count
    }

    /// `SEEK_DATA`, which the C library's header hides behind a feature macro.
    private static let seekData: Int32 = 3
    /// A hole ends within a block of its file system; where it was copied it is none any more.
    private static let blockSize = 64 << 10
    private static let blockLimit = 256
}
